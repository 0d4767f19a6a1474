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
        b"<p>One.</p><p>Tw",
        b"<p>One.</p><p>Two <b>strong</b> wor",
        b"<article><h1>Talks</h1><p>Envoys met.</p>",
        b"<article><p>Envoys met and the tal",
        b"<h2>One</h2><h2>Tw",
        b"<ul><li><a href='/1'>One</a><li><a href='/2'>Two</a>",
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
        b"<p>One. Two &",
        b"<div class='tgme_widget_message' data-post='a/1'><div class='js-message_text'>One</div></div><div class='tgme_widg",
        b"<div class='tgme_widget_message' data-post='a/1'><div class='js-message_text'>Half a mess",
    ],
)
def test_a_document_without_its_end_is_cut(body: bytes) -> None:
    assert is_cut(body)


PARTS = (
    b"<script>",
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
