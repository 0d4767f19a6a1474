"""The outcomes of the addresses a feed lists: a feed that works may yield no articles at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from crawler.archive.frontier import discover
from crawler.archive.harvest import NEWEST, harvests
from crawler.archive.leases import Owner
from crawler.page import Link
from tests.crawler.conftest import Crawling, feed
from tests.support.site import Reply, Site

WAITING = {"postponed: the server returned 403": 2, "postponed: the server returned 500": 1}


def harvested(crawling: Crawling) -> Mapping[str, Mapping[str, int]]:
    with crawling.archive.database.read() as connection:
        return harvests(connection)


def test_addresses_are_counted_by_outcome(crawling: Crawling, news: Site) -> None:
    news.add_articles("read", "shut", "closed", "down")
    news.routes |= {"/shut": Reply(status=403), "/closed": Reply(status=403), "/down": Reply(status=500)}
    crawling.once(feed(news.url("/rss")))
    assert harvested(crawling) == {"s/1": {"pending": 1, **WAITING}}
    (page,) = crawling.archive.claim_pages(10, datetime.now(UTC), timedelta(minutes=1), Owner("test"))
    crawling.archive.finish_pages({page.number: ("no_text", "")})
    assert harvested(crawling) == {"s/1": {"no_text": 1, **WAITING}}


def test_addresses_waiting_for_their_first_visit_are_not_counted(crawling: Crawling) -> None:
    links, now = [Link(url="http://a.example/1")], datetime.now(UTC)
    with crawling.archive.database.write() as connection:
        discover(connection, links, source="s", feed="s/1", document="http://a.example/rss", now=now)
    assert harvested(crawling) == {}


def test_only_the_newest_addresses_of_a_feed_count(crawling: Crawling, news: Site) -> None:
    news.add_articles(*(f"old-{number}" for number in range(3)))
    crawling.once(feed(news.url("/rss")))
    news.add_articles(*(f"new-{number}" for number in range(NEWEST)))
    news.routes |= {f"/new-{number}": Reply(status=403) for number in range(NEWEST)}
    crawling.once(feed(news.url("/rss")))
    assert harvested(crawling) == {"s/1": {"postponed: the server returned 403": NEWEST}}
