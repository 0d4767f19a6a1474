"""The quick extraction gives the text that trafilatura's public function gives in its fast mode."""

from __future__ import annotations

from typing import cast

import pytest
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from crawler.parse.html_tree import parse
from indexer.extract.quick import quick_text
from tests.indexer.extract.test_body import ALL, FIRST, MENU, REST, SENTENCES

REMARK = "<p>I was there on Thursday and saw none of this, says a reader who never gives a name.</p>"
FORM = "<form><label>Your name</label><input name='n'><p>Write to the editor about this page of the paper.</p></form>"


def theirs(tree: HtmlElement) -> str:
    """Return the text that trafilatura's public function finds in a page."""
    options = Extractor(output_format="python", fast=True, comments=False)
    options.focus = "once"
    document = cast("Document | None", bare_extraction(tree, options=options))
    return (document.text or "").strip() if document else ""


def page_of(body: str) -> HtmlElement:
    """Return the tree of a page with this body."""
    tree = parse(f"<!doctype html><html><head><title>Lake talks</title></head><body>{body}</body></html>")
    assert tree is not None
    return tree


@pytest.mark.parametrize(
    "beside",
    [
        *(
            f"<div id='{name}'>{REMARK}</div>"
            for name in ("comments", "Comment-3", "disqus_thread", "dsq-comments", "comol")
        ),
        *(
            f"<section class='{name}'>{REMARK}</section>"
            for name in ("comments-area", "post-comments", "x article-comments y")
        ),
        *(f"<{tag} class='comment-list'><li>{REMARK}</li></{tag}>" for tag in ("ol", "ul", "details", "list")),
        f"<ul id='disqus_thread'><li>{REMARK}</li></ul>",
        f"<div class='commentary'>{REMARK}</div>",
        f"<div id='commentary'>{REMARK}</div>",
        f"<div class='no-comments'>{REMARK}</div>",
        f"<aside class='comments'>{REMARK}</aside>",
        f"<p class='comments'>{SENTENCES[0]}</p>",
        f"<div class='mvp-post-add-box'><h1>Another</h1>{REMARK}</div>",
        f"<div class='infinite-scroll'><h1>Lake talks</h1>{REMARK}</div>",
        f"<div id='infinitescroll'><h2>Another</h2>{REMARK}</div>",
        f"<div class='elementor elementor-share-buttons'>{REMARK}</div>",
        f"<div id='comments'>{REMARK}<div id='comment-1'>{REMARK}</div></div>after the comments",
        f"<figure><table><tr><td>{SENTENCES[0]}</td><td>{SENTENCES[1]}</td></tr></table></figure>",
        f"<nav><ul>{MENU}</ul></nav><footer>{REMARK}</footer>",
        FORM,
        "<pre>one\ntwo</pre><blockquote>three</blockquote><ul><li>four</li><li>five</li></ul>",
    ],
)
@pytest.mark.parametrize("around", ["<article><h1>Lake talks</h1>{}</article>", "<div class='post'>{}</div>", "{}"])
def test_the_text_is_that_of_the_public_function(beside: str, around: str) -> None:
    page = page_of(around.format(f"{FIRST}{beside}{REST}"))
    text = quick_text(page)
    assert text == theirs(page)
    assert SENTENCES[-1] in text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p></p>",
        "<div>Too short to be an article.</div>",
        f"<div class='comments'>{ALL}</div>",
        f"<div class='comments'>{ALL}</div><p>Too short to be an article.</p>",
        f"<form>{ALL}</form>",
        f"<section>{SENTENCES[0]}<br>{SENTENCES[1]}</section>",
        f"<nav>{ALL}</nav>",
    ],
)
def test_the_text_of_a_page_without_an_article_is_that_of_the_public_function(body: str) -> None:
    page = page_of(body)
    assert quick_text(page) == theirs(page)


def test_the_page_stays_as_it_is() -> None:
    page = page_of(f"<div class='comments'>{REMARK}</div>{ALL}<nav>{MENU}</nav>")
    before = page.text_content()
    quick_text(page)
    assert page.text_content() == before


@pytest.mark.parametrize("code", [1, 0x0B, 0x1F, 0xFFFE])
def test_characters_that_no_tree_can_store_give_no_text_instead_of_an_error(code: int) -> None:
    page = page_of(f"<p>x<br>a&#{code};<br>b</p>{ALL}")
    assert quick_text(page) == theirs(page) == ""
