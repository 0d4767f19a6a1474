from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml.html import tostring

from crawler.limits import LIBXML2_BYTES
from crawler.parse.html_tree import drop, parse


def test_a_document_that_is_not_a_page_has_no_root() -> None:
    assert parse("") is None


def test_what_follows_one_very_long_text_or_attribute_is_read() -> None:
    for long in ("<p>{}</p>", "<script>{}</script>", "<img src='{}'>"):
        tree = parse(long.format("x" * (LIBXML2_BYTES + 1)) + "<p id='last'>Peace</p>")
        assert tree is not None
        assert tree.xpath("string(//p[@id='last'])") == "Peace"


def test_an_xml_declaration_does_not_change_the_encoding() -> None:
    tree = parse("<?xml version='1.0' encoding='windows-1251'?><html><p>Мир</p></html>")
    assert tree is not None
    assert tree.text_content() == "Мир"


@given(st.lists(st.sampled_from(["<b>", "<b class='x'>", "</b>", "one", " two "]), max_size=30))
def test_dropped_elements_leave_the_texts_after_them_as_drop_tree_does(parts: list[str]) -> None:
    ours, theirs = parse(f"<div>{''.join(parts)}</div>"), parse(f"<div>{''.join(parts)}</div>")
    assert ours is not None
    assert theirs is not None
    drop(ours.xpath("//b[@class]"))
    for element in theirs.xpath("//b[@class]"):
        element.drop_tree()
    assert tostring(ours) == tostring(theirs)


def test_the_texts_between_thousands_of_dropped_neighbours_are_joined_once() -> None:
    text = "Envoys met in the capital. "
    tree = parse("<div>" + f"<b></b>{text}" * 100_000)
    assert tree is not None
    drop(tree.xpath("//b"))
    assert tree.text_content() == text * 100_000
