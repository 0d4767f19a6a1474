from __future__ import annotations

import asyncio
import itertools
import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from config.sources import Source
from crawler.archive import clock, fetches
from crawler.download.loop import run
from crawler.presence import last_heartbeat
from crawler.run import KEEP_HISTORY, ClockWatch, crawl
from crawler.tick import Event
from tests.crawler.conftest import Crawling, feed, sources_of
from tests.support.builders import fetched
from tests.support.fetches import newest_fetches
from tests.support.site import Reply, Site, page, rss, site

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE = 60  # seconds, for a loaded machine


def test_a_clock_set_back_is_reported_once_and_normal_time_is_not() -> None:
    wall, steady = NOW, 0.0
    watch = ClockWatch(lambda: wall, lambda: steady)
    wall, steady = NOW + timedelta(hours=8), 8 * 3_600.0
    assert not watch.was_set_back()
    wall = NOW + timedelta(hours=7)
    assert watch.was_set_back()
    assert not watch.was_set_back()


def test_a_clock_set_forward_is_not_mistaken_for_one_set_back() -> None:
    wall = NOW
    watch = ClockWatch(lambda: wall, lambda: 0.0)
    wall = NOW + timedelta(hours=1)
    assert not watch.was_set_back()


def test_all_requests_to_a_domain_are_spaced_by_the_delay(crawling: Crawling, news: Site) -> None:
    crawling.options["delay"] = 0.15
    news.add_articles("a", "b")
    news.routes["/other"] = rss((news.url("/a"), "a"))
    crawling.once(feed(news.url("/rss")), feed(news.url("/other"), id="s/2"))
    assert len(news.requests) == 5
    times = [request.at for request in news.requests]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.15


def test_sources_can_be_replaced_while_the_crawler_runs(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    news.routes["/new"] = rss((news.url("/b"), "b"))
    first, second = (sources_of([feed(news.url(path), id=path)]) for path in ("/rss", "/new"))
    changes: list[Sequence[Source] | None] = [second, None]

    async def scene() -> None:
        polled = asyncio.Event()

        def watch(event: Event) -> None:
            if event.feed == "/new":
                polled.set()

        running = asyncio.ensure_future(
            crawl(
                crawling.settings,
                first,
                crawling.archive,
                reload=lambda: changes.pop(0) if changes else None,
                on_event=watch,
            )
        )
        await asyncio.wait_for(polled.wait(), PATIENCE)
        heartbeat = last_heartbeat(crawling.data, "crawler")
        assert heartbeat
        assert (heartbeat.doing, heartbeat.pid) == ("collecting", os.getpid())
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, PATIENCE)

    run(scene())
    heartbeat = last_heartbeat(crawling.data, "crawler")
    assert heartbeat
    assert heartbeat.doing == "stopped"


def test_old_records_are_pruned_at_startup_even_in_short_runs(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    old = fetched("s/1", datetime.now(UTC) - KEEP_HISTORY - timedelta(days=1), new=1)
    with crawling.archive.database.write() as connection:
        fetches.record(connection, old)
        clock.confirm(connection, datetime.now(UTC))
    crawling.once(feed(news.url("/rss")))
    with crawling.archive.database.read() as connection:
        assert [fetch.at > old.at for fetch in newest_fetches(connection)] == [True]


@pytest.mark.parametrize(("number", "is_believed"), [(2, False), (3, True)])
def test_after_days_without_a_run_the_clocks_of_three_sites_are_believed(
    crawling: Crawling, number: int, is_believed: bool
) -> None:
    hosts = [f"127.0.0.{n}" for n in range(11, 11 + number)]
    crawling.options["allow_private"] = hosts
    now = datetime.now(UTC)
    old = fetched("s/1", now - KEEP_HISTORY - timedelta(days=1), new=1)
    with crawling.archive.database.write() as connection:
        fetches.record(connection, old)
        clock.confirm(connection, now - timedelta(days=5))
    with ExitStack() as sites:
        asked = [sites.enter_context(site(host)) for host in hosts]
        for each in asked:
            each.add_articles("a")
        crawling.once(*(feed(each.url("/rss"), id=f"s/{n}") for n, each in enumerate(asked)))
    with crawling.archive.database.read() as connection:
        assert (clock.doubt(connection, datetime.now(UTC)) == "") == is_believed
        assert all(fetch.at > old.at for fetch in newest_fetches(connection)) == is_believed


def test_a_run_without_feeds_ends_at_once_and_logs_no_error(
    crawling: Crawling, caplog: pytest.LogCaptureFixture
) -> None:
    report = crawling.once()
    assert (report.polls, report.pages) == ({}, {})
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_feeds_and_pages_of_a_domain_take_turns(crawling: Crawling, news: Site) -> None:
    names = "abcd"
    news.routes = {f"/{name}.rss": rss((news.url(f"/{name}"), name)) for name in names}
    news.routes["/robots.txt"] = Reply(body=b"User-agent: *\nCrawl-delay: 0.05", content_type="text/plain")
    news.routes |= {f"/{name}": Reply(body=page(name)) for name in names}
    crawling.once(*(feed(news.url(f"/{name}.rss"), id=f"s/{name}") for name in names))
    assert [path.endswith(".rss") for path in news.paths()] == [True, False] * len(names)
