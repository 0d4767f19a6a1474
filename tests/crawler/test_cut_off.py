"""Tests that half an answer is never taken for a whole one, however it was cut."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
import zstandard
from sqlalchemy import func, select

from crawler.archive.feeds import validators
from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site, page, rss

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: bytes(brotli.compress(data)),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}
ARTICLE = page("Talks", " ".join(f"Sentence {number} of a long report." for number in range(400)))


def packed(body: bytes, coding: str, share: float = 1.0, **changes: bool) -> Reply:
    data = PACKERS[coding](body)
    return Reply(body=data[: int(len(data) * share)], headers={"Content-Encoding": coding}, **changes)  # type: ignore[arg-type]


def plain(body: bytes, share: float, **changes: bool) -> Reply:
    return Reply(body=body[: int(len(body) * share)], **changes)  # type: ignore[arg-type]


CUTS: dict[str, Callable[[bytes], Reply]] = {
    **{coding: partial(packed, coding=coding, share=0.6) for coding in PACKERS},
    "gzip, closed": partial(packed, coding="gzip", share=0.6, until_close=True),
    "plain": partial(plain, share=0.6),
    "plain, closed": partial(plain, share=0.6, until_close=True),
    "plain, shorter than announced": lambda body: Reply(body=body[: len(body) // 2], promise=len(body)),
}
ENTRIES = 80  # of a feed
NO_PAGES = {
    "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /0", content_type="text/plain")
}  # the feed alone is requested
cuts = pytest.mark.parametrize("cut", CUTS)


def count(crawling: Crawling, table: object) -> int:
    with crawling.archive.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


@cuts
def test_half_a_page_is_not_an_article_and_the_whole_page_is_fetched_later(
    crawling: Crawling, news: Site, cut: str
) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": CUTS[cut](ARTICLE)}
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    assert count(crawling, pages) == 0
    with crawling.archive.database.read() as connection:
        assert connection.scalar(select(urls.c.state)) == "wanted"


LAST = {"plain": "collected", "plain, closed": "cut_off", "plain, shorter than announced": "cut_off", "gzip": "cut_off"}


@pytest.mark.parametrize("cut", LAST)
def test_a_page_that_seems_cut_at_its_last_attempt_is_believed_if_its_response_had_an_end(
    crawling: Crawling, news: Site, cut: str
) -> None:
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": CUTS[cut](ARTICLE)}
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    crawling.let_waits_pass()
    assert crawling.once(feed(news.url("/rss"))).pages == {"postponed": 1}
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {LAST[cut]: 1}
    assert count(crawling, pages) == (LAST[cut] == "collected")


def test_the_full_text_of_the_feed_is_preferred_to_a_page_that_seems_cut(crawling: Crawling, news: Site) -> None:
    entry = rss((news.url("/a"), "a"), full_text="<p>" + "The whole report from the talks. " * 40 + "</p>")
    news.routes = {"/rss": entry, "/a": plain(ARTICLE, 0.6)}
    crawling.once(feed(news.url("/rss")))
    assert crawling.once_at_last(feed(news.url("/rss"))).pages == {"collected_from_feed": 1}


@cuts
def test_half_a_feed_gives_its_whole_entries_and_is_read_in_full_next_time(
    crawling: Crawling, news: Site, cut: str
) -> None:
    addresses = [news.url(f"/{number:03}") for number in range(ENTRIES)]
    body = rss(*((address, f"Report {address[-3:]}") for address in addresses)).body
    news.routes = {"/rss": CUTS[cut](body), **NO_PAGES}
    assert crawling.once(feed(news.url("/rss"))).polls == {"cut_off": 1}
    with crawling.archive.database.read() as connection:
        first = set(connection.scalars(select(urls.c.url)))
    assert len(first) < ENTRIES
    assert first <= set(addresses)
    assert not cut.startswith("plain") or len(first) > ENTRIES / 3
    assert count(crawling, validators) == 0
    news.routes["/rss"] = Reply(body=body, etag='"1"')
    assert crawling.once(feed(news.url("/rss"))).polls == {"read": 1}
    assert count(crawling, urls) == ENTRIES


@pytest.mark.parametrize("coding", PACKERS)
def test_a_whole_page_is_collected_although_it_ends_with_its_connection(
    crawling: Crawling, news: Site, coding: str
) -> None:
    whole = packed(ARTICLE, coding, until_close=True)
    news.routes = {"/rss": rss((news.url("/a"), "a")), "/a": whole}
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}


def test_a_gz_file_that_ends_early_is_read_in_part(crawling: Crawling, news: Site) -> None:
    records = "".join(f"<url><loc>{news.url(f'/{number}')}</loc></url>" for number in range(5_000))
    body = gzip.compress(f"<urlset>{records}</urlset>".encode())
    news.routes = {"/map.xml.gz": Reply(body=body[: len(body) // 2], content_type="application/gzip")}
    report = crawling.once(feed(news.url("/map.xml.gz"), kind="sitemap", options={"links": 3}))
    assert report.polls == {"cut_off": 1}
    assert count(crawling, urls) == 3
    assert count(crawling, validators) == 0


def test_a_list_of_addresses_that_ends_without_a_line_break_is_whole_when_it_ends_so_again(
    crawling: Crawling, news: Site
) -> None:
    def poll(body: str) -> tuple[dict[str, int], int]:
        news.routes["/map.txt"] = Reply(body=body.encode(), content_type="text/plain", etag=f'"{body[-6:]}"')
        return crawling.once(feed(news.url("/map.txt"), kind="sitemap")).polls, count(crawling, urls)

    news.routes = dict(NO_PAGES)
    lines = "\n".join(news.url(f"/0{number}") for number in range(40))
    assert poll(lines[:-30]) == ({"cut_off": 1}, 38)
    assert poll(lines) == ({"cut_off": 1}, 39)
    assert poll(lines) == ({"read": 1}, 40)
    assert poll(lines) == ({"unchanged": 1}, 40)  # its ETag is saved
    assert poll(f"{lines}\n{news.url('/040')}") == ({"read": 1}, 40)
    assert poll(f"{lines}\n{news.url('/040')}") == ({"read": 1}, 41)


FRAGMENT = "".join(f'<p><a href="/0{number}">Report {number}</a> from the talks.</p>' for number in range(40)).encode()


@cuts
def test_half_a_listing_without_html_and_body_is_cut_off(crawling: Crawling, news: Site, cut: str) -> None:
    news.routes = {"/list": CUTS[cut](FRAGMENT), **NO_PAGES}
    listing = feed(news.url("/list"), kind="listing", options={"links": "p > a"})
    assert set(crawling.once(listing).polls) & {"cut_off", "no_links"}
    assert count(crawling, validators) == 0
    news.routes["/list"] = Reply(body=FRAGMENT, etag='"1"')
    assert crawling.once(listing).polls == {"read": 1}
    with crawling.archive.database.read() as connection:
        assert set(connection.scalars(select(urls.c.url))) == {news.url(f"/0{number}") for number in range(40)}


def test_a_robots_txt_that_was_cut_off_allows_nothing(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    rules = b"User-agent: *\nAllow: /\n" + b"# words\n" * 500 + b"Disallow: /a"
    news.routes["/robots.txt"] = packed(rules, "gzip", 0.5)
    assert crawling.once(feed(news.url("/rss"))).polls == {"cut_off": 1}
    assert news.paths() == []


NAMES = {"gzip": "gzip", "deflate": "deflate", "br": "Brotli", "zstd": "Zstandard"}


@pytest.mark.parametrize("coding", PACKERS)
@pytest.mark.parametrize("flaw", ["is damaged", "ends too early"])
def test_a_broken_body_is_named_by_its_coding_and_by_what_broke_it(
    crawling: Crawling, news: Site, coding: str, flaw: str
) -> None:
    whole = PACKERS[coding](rss(*((news.url(f"/0{number}"), f"Report {number}") for number in range(ENTRIES))).body)
    middle = len(whole) // 2
    broken = whole[:middle] if flaw == "ends too early" else whole[:middle] + b"\xff" * 40 + whole[middle + 40 :]
    reply = Reply(body=broken, headers={"Content-Encoding": coding})
    news.routes = {"/rss": reply, "/page": reply, **NO_PAGES}
    crawling.once(feed(news.url("/rss")))
    sentence = f"response compressed with {NAMES[coding]} {flaw}"
    assert sentence in crawling.state().detail
    news.routes["/rss"] = rss((news.url("/page"), "a"))
    crawling.once(feed(news.url("/rss")))
    with crawling.archive.database.read() as connection:
        assert f"the {sentence}" in set(connection.scalars(select(urls.c.detail)))
