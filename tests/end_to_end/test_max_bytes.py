"""Raising `max_bytes` raises every limit on a body: download, decompression, feeds, sitemaps, pages and their extraction."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.limits import most_tags, worker_memory
from crawler.urls import article_id
from indexer.article import Extraction
from indexer.extract.pool import Job, Pool
from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site, page, rss, site

MAX_BYTES = 3 * DEFAULT_MAX_BYTES
LARGE = DEFAULT_MAX_BYTES + 1_000_000
WORDS = "Delegations from both sides met in Geneva on Thursday to resume the talks that were suspended in spring."


@pytest.fixture
def crawling(tmp_path: Path) -> Iterator[Crawling]:
    opened = Crawling(tmp_path)
    opened.options["max_bytes"] = MAX_BYTES
    yield opened
    opened.archive.close()


@pytest.fixture
def news() -> Iterator[Site]:
    with site() as running:
        yield running


def padded(body: bytes) -> bytes:
    """Return an XML document with a comment in it that makes it larger than the default allows."""
    head, end, rest = body.partition(b">")
    return head + end + b"<!--" + b"x" * LARGE + b"-->" + rest


def sitemap(news: Site, addresses: int) -> bytes:
    records = "".join(
        f"<url><loc>{news.url(f'/{number}')}</loc><lastmod>2026-03-01</lastmod><priority>1</priority></url>"
        for number in range(addresses)
    )
    return f"<urlset>{records}</urlset>".encode()


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
def test_a_feed_larger_than_the_default_is_read(crawling: Crawling, news: Site, packed: bool) -> None:
    body = padded(rss((news.url("/a"), "a")).body)
    news.routes = {"/a": Reply(body=page("a")), "/rss": Reply(body=gzip.compress(body) if packed else body)}
    report = crawling.once(feed(news.url("/rss")))
    assert (report.polls, report.pages) == ({"read": 1}, {"collected": 1})


def test_a_sitemap_with_more_tags_than_the_default_allows_is_read(crawling: Crawling, news: Site) -> None:
    body = sitemap(news, 45_000)
    assert most_tags(DEFAULT_MAX_BYTES) < body.count(b"<") < most_tags(MAX_BYTES)
    news.routes = {"/map": Reply(body=body, content_type="application/xml")}
    report = crawling.once(feed(news.url("/map"), kind="sitemap", options={"links": 2}))
    assert (report.polls, report.pages) == ({"read": 1}, {"postponed": 2})


def test_a_listing_larger_than_the_default_is_read_to_its_end(crawling: Crawling, news: Site) -> None:
    body = f"<html><p>{'x' * LARGE}</p><a href='/a'>a</a></html>".encode()
    news.routes = {"/a": Reply(body=page("a")), "/news": Reply(body=body)}
    report = crawling.once(feed(news.url("/news"), kind="listing", options={"links": "a"}))
    assert (report.polls, report.pages) == ({"read": 1}, {"collected": 1})


def test_a_page_larger_than_the_default_becomes_an_article(crawling: Crawling, news: Site) -> None:
    text = f"<script>{'x' * LARGE}</script><article><h1>Talks</h1><p>{WORDS}</p></article>"
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": Reply(body=f"<html><body>{text}</body></html>".encode())}
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}
    kept = crawling.archive.pages_of(article_id(news.url("/a")))[0].page
    job = Job(
        key=kept.number,
        kind=kept.kind,
        body=crawling.archive.body(kept.number),
        content_type=kept.content_type,
        url=kept.final_url,
        hints=kept.hints,
        collected=kept.collected,
    )
    with Pool(1, 30, memory=worker_memory(MAX_BYTES)) as pool:
        [(_, article)] = pool.map([job])
    assert isinstance(article, Extraction)
    assert article.text.endswith(WORDS)


def test_lowering_the_setting_refuses_what_the_default_allows(crawling: Crawling, news: Site) -> None:
    crawling.options["max_bytes"] = 1_000
    small = rss((news.url("/a"), "a")).body
    news.routes = {
        "/gz": Reply(body=gzip.compress(small + b" " * 2_000), content_type="application/gzip"),
        "/a": Reply(body=page("a", "word " * 300)),
        "/rss": Reply(body=small),
    }
    assert crawling.once(feed(news.url("/gz"))).polls == {"too_large": 1}
    assert crawling.once(feed(news.url("/rss"), id="s/2")).pages == {"too_large": 1}
