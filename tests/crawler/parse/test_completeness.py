"""Tests for telling whole documents from those that were cut off."""

from __future__ import annotations

import time

import pytest

from crawler.parse.completeness import is_cut

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><item><title>A</title></item></channel></rss>"
PAGE = b"<!doctype html><html><head><title>A</title></head><body><p>Envoys met.</p></body></html>"


@pytest.mark.parametrize(
    "body",
    [
        RSS,
        RSS + b"\n<!-- cached -->",
        b"junk " + RSS,
        RSS.decode().encode("utf-16"),
        b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>",
        b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'></a:feed>",
        b"<rdf:RDF xmlns:rdf='x'><item/></rdf:RDF>",
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'/>",
        b"<sitemapindex></sitemapindex>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": []}\n',
        PAGE,
        PAGE.removesuffix(b"</html>"),
        PAGE.removesuffix(b"</body></html>"),  # HTML allows to leave both out
        b"<html><body><div><script>document.write('<div><script>');</script></div><p>Envoys met.</p>",
        b"<p>a fragment of a page",
        b"<p>One.<p>Two.<p>Three",  # its paragraphs never end
        b"<p>One.<p>Two.<p>Three.</p><p>Four",
        b"<p>One.</p><p>Two.</p>More of AT&T",
        b"<div>Menu<div><p>One.</p><ul><li>Two</ul></div>",  # real pages forget a </div>
        b"<p>One.</p><table><tr><td>a<td>b<tr><td>c</table>",
        b'<p title=\'a > b\'>One.</p><p data-text="<p>">Two.</p><p class="x"">Three.</p><a href=/x?a=b>Four</a>',
        b"<p>One.</p><script>if (a < b) w('<div><!--')</script>",
        b"<!-- <div> --><p>One.</p>\n<!-- cached -->",
        b"<p>One.</p><p>1 < 2</p> a <3 b",
        b"<p>One.</p><p>I <3",
        b"<p>One.</p><p>Two.</p><p>Three",
        b"<p>One.</p><p>Two.</p>&nbsp",  # as old pages may, without a semicolon
        b"<p>One.</p><p>Two.</p>&copy",
        b"<p>One. Two&amp",
        b"<p>One.</p><p>Two &",
        b"<section><div>One.</div>",
        b"<div><div><article>One.</article></div>",
        b"<article><h1>Talks</h1><p>Envoys met.</p>",
        b"<ul><li><a href='/1'>One</a><li><a href='/2'>Two</a>",
        b"<p>One.</p><script src=a /><p>Two.</p>",
        b'\xef\xbb\xbf{"items": [{"title": "}]"}]}',
        b"<!-- an <rss> feed --><feed><entry/></feed>",
        b"<RSS><channel></channel></rss>",
        b"<rss><channel><!-- no </rss> yet --></channel></rss>",
        b"http://news.example/1\nhttp://news.example/2",
        b"",
    ],
)
def test_a_document_that_ends_is_whole(body: bytes) -> None:
    assert not is_cut(body)


@pytest.mark.parametrize(
    "body",
    [
        RSS.removesuffix(b"</rss>"),
        RSS[:60],
        RSS.decode().encode("utf-16")[:120],
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>A",
        b"<urlset><url><loc>http://news.example/1</loc></url><url><loc>http://news.exam",
        b"<sitemapindex><sitemap>",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"',
        b'{"items": [{"id": "1"}, {"id": "2"}',  # after a bracket
        b'{"items": [{"id": "1", "tags": ["a"]',
        b'{"items": [], "title": "\\',
        b'\xef\xbb\xbf{"items": [{"id"',
        b"<rss><channel><item><![CDATA[<pre></rss></pre>]]></item><item><ti",
        b"<rss><channel><item/><!-- </rss> --><item><ti",
        b"<!--" + b"x" * 20_000 + b"--><urlset><url><loc>http://news.exam",
        b"<!doctype html><html><head><script>w.write('<body>x</body>')</script></head><body><article><p>Half a",
        PAGE[:-30],
        PAGE[:-20],
        b"<html><body><article><p>Envoys met.</p>",
        b"<html><body><div><script>var a = '<div>';</script><p>Envoys met.</p>",
        b"<html><body><p>Envoys met.</p><script>var a = '<b>",
        b"<html><body><p>Envoys met.</p><!-- half a comment",
        b"<p>One.</p>" * 5 + b"<p>Tw",
        b"<p>One.</p>" * 5 + b"<p>Two <b>strong</b> wor",
        b"<section><article><h1>Talks</h1><p>Envoys met.</p>",
        b"<section><article><p>Envoys met and the tal",
        b"<p>One.</p><title>Half a tit",
        b"<html><body><p>Envoys met.</p><style>p { col",
        b"<html><body><p>Envoys met.</p><!-- x --!><!--><!---><p>Hal",
        b"<html><title>A <script></title><body><p>Envoys met and the <!-- </p>",
        b"<p>One.</p><a hre",
        b"<p>One.</p><a href='/tw",
        b"<p>One.</p><a href='/two' title='a > b",
        b'<p>One.</p><p data-text="<p>Two.</p>',
        b"<p>One.</p><",
        b"<p>One.</p><p>Two.</",
        b"<p>One.</p><!-- half a comment",
        b"<p>One.</p><!-- half a comment with <p>tags</p>",
        b"<p>One.</p><script>var a = 'Two.</p>';",
        b"<p>One. Two&am",
        b"<p>One. Two&#82",
        b"<div class='tgme_widget_message' data-post='a/1'><div class='js-message_text'>One</div></div><div class='tgme_widg",
        b"<div class='tgme_widget_message' data-post='a/1'><div class='js-message_text'>Half a mess",
    ],
)
def test_a_document_without_its_end_is_cut(body: bytes) -> None:
    assert is_cut(body)


ARTICLE = b"<article><h1>Talks</h1><p>Envoys met.</p></article>"


@pytest.mark.parametrize(
    "odd",
    [
        b"<!-- footer --!>",
        b"<!-->",
        b"<!--->",
        b"<!-- footer -- >",
        b"<!-- footer ->",
        b"<title>The <script> tag</title>",
        b"<title>What <!-- means</title>",
        b"<meta name=description content='How <script> works'>",
        b"<textarea><script src=x></textarea>",
        b"<img alt='<style guide>'>",
        b"""<div data-e='{"h":"<script src=x>"}'></div>""",
        b"<script src=a />",
        b"<style>p { color: red }",
        b"<script>w.write('a')</ script>",
        b"<script>var a = '<!-- <script>';</script>",
        b"<code><script></code>",
        b"<a href='/x>Envoys</a>",
        b"<![if !IE]><p>Two.</p><![endif]>",
    ],
)
def test_a_page_is_whole_whatever_odd_markup_stands_before_its_end(odd: bytes) -> None:
    for end in (b"</body></html>", b"</body>\n", b"</html>", b"</body></html>\n<!-- cached -->"):
        assert not is_cut(b"<!doctype html><html><body>" + odd + ARTICLE + end)
        assert not is_cut(b"<!doctype html><html><body>" + ARTICLE + odd + end)
        assert not is_cut(b"<body>" + ARTICLE + odd + end)


@pytest.mark.parametrize(
    "after", [b"<!-- cached", b"<script>var a = '<b>", b"<script src=a />", b"<p", b"text", b"&am"]
)
def test_what_follows_the_end_of_a_page_does_not_count(after: bytes) -> None:
    assert not is_cut(PAGE + after)


PARTS = (
    b"<script>",
    b"<script/>",
    b"<title></title>",
    b"<textarea>",
    b"<!x>",
    b"<!---->",
    b"<!--",
    b"<div>",
    b"</script",
    b"<!doctype html",
    b"<rss",
    b"<!--",
    b'<a b="',
    b"<a b='\"",
    b"<p",
    b"</p>",
    b"&a",
    b"=",
)


def test_a_hostile_page_is_looked_at_in_time() -> None:
    for part in PARTS:
        for beginning in (b"<html><body>", b"<p>"):
            began = time.process_time()
            is_cut(beginning + part * (400_000 // len(part)) + b">")
            assert time.process_time() - began < 1


def test_a_page_that_ended_with_its_connection_needs_its_end_tag() -> None:
    part = PAGE.removesuffix(b"</body></html>")
    assert is_cut(part, is_bounded=False)
    assert not is_cut(PAGE, is_bounded=False)
