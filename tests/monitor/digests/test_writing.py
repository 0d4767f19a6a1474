"""What strangers wrote is text in a digest, in Markdown as in plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from monitor.digests.writing import Markdown, Plain
from monitor.documents.escapes import one_line

HOSTILE = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![pixel](http://tracker.example/p.png)",
    "# Heading",
    "1. First",
    "12) twelve",
    "- item",
    "+ item",
    "= = =",
    "***bold*** __strong__ ~~gone~~",
    "`code` ``more``",
    "a | b | c",
    "&lt;b&gt; &amp; &#x3c;",
    "back\\slash \\[x\\](y)",
    "line\nbreak\r\n\r\n# Heading",
    "\u202eevil \u2028 next",
    "http://evil.example www.evil.example a@evil.example",
    "<http://evil.example>",
    "$$x$$ $y$",
    "]( <>",
    "Ends with backslash \\",
    "--- ",
    "   indented   ",
    "| --- | --- |",
    "[ref]: http://evil.example 'title'",
    "x" * 400,
]


def shown(markdown: str) -> str:
    """Return the text that a reader of Markdown sees, without any markup."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown)
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}, tokens
    parts = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in parts} <= {"text", "text_special"}, parts
    return "".join(part.content for part in parts)


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_is_markup(title: str) -> None:
    assert shown(Markdown().text(title)) == one_line(title)
    linked = Markdown().link(title, "https://news.example/1")
    [paragraph] = [one for one in MarkdownIt("commonmark").parse(linked) if one.type == "inline"]
    assert paragraph.children
    assert [one.type for one in paragraph.children if one.type.startswith("link")] == ["link_open", "link_close"]
    assert paragraph.children[0].attrs == {"href": "https://news.example/1"}


@given(st.text(max_size=60))
def test_any_text_is_read_back_as_it_is(text: str) -> None:
    if one_line(text):
        assert shown(Markdown().text(text)) == one_line(text)


@pytest.mark.parametrize("title", ["http://evil.example", "WWW.evil.example", "a@evil.example", "mailto:a"])
def test_bare_addresses_do_not_become_links_where_github_makes_them(title: str) -> None:
    written = Markdown().text(title)
    assert "://" not in written.replace("\\://", "")
    assert "www." not in written.lower()
    assert "@" not in written.replace("\\@", "")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", ""])
def test_an_address_that_is_none_of_the_web_is_no_link(url: str) -> None:
    assert Markdown().link("title", url) == "title"
    assert Plain().link("title", url) == "title"


@pytest.mark.parametrize(
    "url", ["https://a.example/x>)[y](http://evil.example)", "https://a.example/a b\nc", "https://a.example/\\"]
)
def test_an_address_cannot_end_its_link(url: str) -> None:
    [paragraph] = [one for one in MarkdownIt("commonmark").parse(Markdown().link("t", url)) if one.type == "inline"]
    assert [one.type for one in paragraph.children or ()] == ["link_open", "text", "link_close"]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_of_a_table_ends_it(cell: str) -> None:
    lines = list(Markdown().table(("A", "B"), [[cell, "1"], ["last", "2"]]))
    tokens = MarkdownIt("commonmark").enable("table").parse("\n".join(lines))
    assert [token.type for token in tokens].count("td_open") == 4
    assert tokens[-1].type == "table_close"


@pytest.mark.parametrize(
    ("text", "markdown", "plain"),
    [
        (
            "3 more; `parley status` lists them",
            "3 more; `parley status` lists them",
            '3 more; "parley status" lists them',
        ),
        ("a ` b *c*", "a \\` b \\*c\\*", "a ` b *c*"),
        ("`x` *y* `z`", "`x` \\*y\\* `z`", '"x" *y* "z"'),
    ],
)
def test_a_command_in_a_sentence_of_ours_is_code(text: str, markdown: str, plain: str) -> None:
    assert (Markdown().sentence(text), Plain().sentence(text)) == (markdown, plain)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_sentence_that_strangers_had_a_part_in_is_no_markup_but_code(title: str) -> None:
    [_, inline, _] = MarkdownIt("commonmark").parse(f"x {Markdown().sentence(title)}")
    assert {part.type for part in inline.children or ()} <= {"text", "text_special", "code_inline"}
