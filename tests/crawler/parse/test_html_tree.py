from __future__ import annotations

from crawler.limits import LIBXML2_BYTES
from crawler.parse.html_tree import parse


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
