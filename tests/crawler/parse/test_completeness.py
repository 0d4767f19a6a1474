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
    ],
)
def test_a_document_without_its_end_is_cut(body: bytes) -> None:
    assert is_cut(body)


def test_a_hostile_page_is_looked_at_in_time() -> None:
    for part in (b"<script>", b"<div>", b"</script", b"<!doctype html", b"<rss"):
        began = time.process_time()
        is_cut(b"<html><body>" + part * (5_000_000 // len(part)) + b">")
        assert time.process_time() - began < 5


def test_a_page_that_ended_with_its_connection_needs_its_end_tag() -> None:
    part = PAGE.removesuffix(b"</body></html>")
    assert is_cut(part, is_bounded=False)
    assert not is_cut(PAGE, is_bounded=False)
