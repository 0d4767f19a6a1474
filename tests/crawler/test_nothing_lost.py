"""The crawler stores every page exactly once, even when it is killed, runs out of disk or has its clock set back."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from config.errors import AlreadyRunning, ArchiveError
from crawler import tick
from crawler.archive import feeds
from crawler.archive.archive import open_archive
from crawler.archive.leases import Owner
from crawler.download.loop import _reactor_loop, run
from crawler.run import crawl
from crawler.tick import Event
from tests.crawler.conftest import Crawling, feed, sources_of
from tests.support import crawl_process
from tests.support.site import Reply, Request, Site, page

KILLS = 8
PATIENCE = 60  # seconds, for a loaded machine
INDEXER = Owner("indexer")


def collected(data: Path) -> list[str]:
    """Return the address of every page in an archive, repeats included."""
    archive = open_archive(data)
    archive.take_over_pages(INDEXER)
    urls = [page.url for page in archive.claim_pages(10_000, datetime.now(UTC), timedelta(minutes=1), INDEXER)]
    archive.close()
    return sorted(urls)


def serve(news: Site, count: int, size: int = 200) -> list[str]:
    """Serve this many articles and return their addresses."""
    names = [f"{n:03}" for n in range(count)]
    news.add_articles(*names)
    for name in names:
        noise = random.Random(name).randbytes(size).hex()
        news.routes[f"/{name}"] = Reply(body=page(name, noise))
    return sorted(news.url(f"/{name}") for name in names)


def test_a_repeatedly_killed_crawl_stores_every_page_once(tmp_path: Path, news: Site) -> None:
    expected = serve(news, 150)
    moments = random.Random(7)
    reached = threading.Event()
    left = 0

    def count(reply: Reply, request: Request) -> Reply:
        nonlocal left
        left -= 1
        if left <= 0:
            reached.set()
        return reply

    for path, reply in list(news.routes.items()):
        assert isinstance(reply, Reply)
        news.routes[path] = partial(count, reply)
    for _ in range(KILLS):
        left = moments.randint(1, 12)
        reached.clear()
        process = crawl_process.start(tmp_path, news.url("/rss"))
        assert reached.wait(PATIENCE)
        process.kill()
        process.communicate()
    process = crawl_process.start(tmp_path, news.url("/rss"))
    output, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, output + complaint
    assert collected(tmp_path) == expected


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path: Path, news: Site) -> None:
    expected = serve(news, 60, size=20_000)
    process = crawl_process.start(tmp_path, news.url("/rss"), limit=600_000)
    _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "the disk is full or failing" in complaint
    assert "Traceback" not in complaint
    part = collected(tmp_path)
    assert set(part) < set(expected)
    process = crawl_process.start(tmp_path, news.url("/rss"))
    process.communicate(timeout=PATIENCE)
    assert collected(tmp_path) == expected


def test_a_running_crawl_pauses_on_a_full_disk_and_resumes_by_itself(
    crawling: Crawling, news: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = serve(news, 20, size=20_000)
    monkeypatch.setattr(tick, "REST_AFTER_ERROR", 0.1)
    bodies = crawling.archive.bodies.database
    with bodies.write() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=30")
    seen: list[Event] = []

    async def scene() -> None:
        paused, done = asyncio.Event(), asyncio.Event()

        def watch(event: Event) -> None:
            seen.append(event)
            if event.outcome == "paused":
                paused.set()
            if sum(event.outcome == "collected" for event in seen) == 20:
                done.set()

        running = asyncio.ensure_future(
            crawl(crawling.settings, sources_of([feed(news.url("/rss"))]), crawling.archive, on_event=watch)
        )
        await asyncio.wait_for(paused.wait(), PATIENCE)
        with bodies.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=100000")
        await asyncio.wait_for(done.wait(), PATIENCE)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, PATIENCE)

    run(scene())
    assert "the disk is full" in next(event.detail for event in seen if event.outcome == "paused")
    assert "resumed" in {event.outcome for event in seen}
    assert collected(crawling.data) == expected


def test_the_crawl_pauses_before_any_request_when_disk_space_is_low(crawling: Crawling, news: Site) -> None:
    crawling.options["min_free_disk"] = 10**18
    with pytest.raises(ArchiveError, match="min_free_disk"):
        crawling.once(feed(news.url("/rss")))
    assert news.requests == []


def test_a_clock_set_back_an_hour_does_not_stop_the_polls(crawling: Crawling, news: Site) -> None:
    news.add_articles("a")
    crawling.once(feed(news.url("/rss")))
    ahead = datetime.now(UTC) + timedelta(hours=1)
    with crawling.archive.database.write() as connection:
        state = feeds.state_of(connection, "s/1")
        assert state
        connection.execute(feeds.feeds.update().values(last_poll=ahead, next_due=ahead + timedelta(minutes=15)))

    async def scene() -> None:
        polled = asyncio.Event()
        running = asyncio.ensure_future(
            crawl(
                crawling.settings,
                sources_of([feed(news.url("/rss"))]),
                crawling.archive,
                on_event=lambda _: polled.set(),
            )
        )
        await asyncio.wait_for(polled.wait(), PATIENCE)
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(running, PATIENCE)

    run(scene())
    assert news.paths().count("/rss") == 2


@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
def test_stopping_releases_what_is_in_progress(
    crawling: Crawling, news: Site, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr("crawler.run._PATIENCE", 0.05)
    crawling.options["timeout"] = 2 * PATIENCE
    waiting, release = threading.Event(), threading.Event()

    def hang(request: Request) -> Reply:
        waiting.set()
        release.wait(PATIENCE)
        return Reply(body=page("late"))

    news.add_articles("a")
    answers = dict(news.routes)
    news.routes[path] = hang

    async def scene() -> None:
        running = asyncio.ensure_future(
            crawl(crawling.settings, sources_of([feed(news.url("/rss"))]), crawling.archive)
        )
        await asyncio.get_running_loop().run_in_executor(None, waiting.wait, PATIENCE)
        os.kill(os.getpid(), signal.SIGTERM)
        ended, _ = await asyncio.wait([running], timeout=PATIENCE / 2)
        release.set()
        await running
        assert ended

    run(scene())
    assert not asyncio.all_tasks(_reactor_loop())  # asyncio would complain about each when the process ends
    news.routes = answers
    assert crawling.once(feed(news.url("/rss"))).pages == {"collected": 1}


def test_two_crawlers_cannot_share_a_folder(crawling: Crawling, news: Site) -> None:
    from crawler.presence import only_one

    with only_one(crawling.data, "crawler"), pytest.raises(AlreadyRunning, match="another crawler"):
        crawling.once(feed(news.url("/rss")))
