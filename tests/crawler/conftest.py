"""What the tests of a running crawler share: a site that may be asked, an archive, and one crawl of it to the end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from config.settings import Settings
from config.sources import Feed, Source
from crawler.archive.archive import DATABASE, Archive, open_archive
from crawler.archive.feeds import FeedState, state_of
from crawler.archive.frontier import count_urls_by_state, urls
from crawler.download.loop import run
from crawler.outcomes import Outcome
from crawler.run import Report, crawl
from crawler.schedule import RETRIES
from tests.support.site import Site, site


class Crawling:
    """An archive and the crawls into it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.options: dict[str, Any] = {
            "data": data,
            "delay": 0,
            "allow_private": ("127.0.0.2", "127.0.0.4"),
            "min_free_disk": 0,
            "timeout": 60,
        }
        self.archive: Archive = open_archive(data)

    @property
    def settings(self) -> Settings:
        """The settings of the next crawl."""
        return Settings(**self.options)

    def once(self, *feeds: Feed, **rest: Any) -> Report:
        """Collect from feeds until nothing is due."""
        return run(crawl(self.settings, sources_of(feeds), self.archive, once=True, **rest))

    def urls(self) -> dict[str, int]:
        """Return the number of addresses in each state."""
        with self.archive.database.read() as connection:
            return count_urls_by_state(connection)

    def state(self) -> FeedState:
        """Return the state of feed `s/1`."""
        with self.archive.database.read() as connection:
            state = state_of(connection, "s/1")
        assert state
        return state

    def let_waits_pass(self) -> None:
        """Let every address be due that waits for another attempt."""
        with self.archive.database.write() as connection:
            connection.execute(update(urls).values(due=datetime(2026, 1, 1, tzinfo=UTC)))

    def once_at_last(self, *feeds: Feed) -> Report:
        """Collect once more, with every postponed address at its last attempt."""
        with self.archive.database.write() as connection:
            waiting = update(urls).where(urls.c.state == Outcome.WANTED)
            connection.execute(waiting.values(due=datetime(2026, 1, 1, tzinfo=UTC), attempts=len(RETRIES)))
        return self.once(*feeds)


class LockWatch:
    """A clock that notes whether the archive was locked for writing when it was read; each time is a second later."""

    def __init__(self, data: Path, now: datetime) -> None:
        self._file, self._now = data / DATABASE, now
        self._locked: set[datetime] = set()

    def __call__(self) -> datetime:
        """Return the next time."""
        self._now += timedelta(seconds=1)
        with closing(sqlite3.connect(self._file, timeout=0)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                self._locked.add(self._now)
        return self._now

    def was_locked(self, moment: datetime) -> bool:
        """Return whether the archive was locked when the clock showed this time."""
        return moment in self._locked


def feed(url: str, **changes: Any) -> Feed:
    """Return a feed of source `s`, or of what `changes` say."""
    fields: dict[str, Any] = {"id": "s/1", "source": "s", "url": url, "kind": "feed", "every": 900.0}
    return Feed(**{**fields, **changes})


def sources_of(feeds: Sequence[Feed]) -> tuple[Source, ...]:
    """Return sources with these feeds."""
    return tuple(
        Source(
            id=name,
            name=name,
            country="DE",
            language="en",
            source_class="independent",
            feeds=tuple(feed for feed in feeds if feed.source == name),
        )
        for name in dict.fromkeys(feed.source for feed in feeds)
    )


@pytest.fixture
def crawling(tmp_path: Path) -> Iterator[Crawling]:
    """An empty archive to collect into."""
    made = Crawling(tmp_path)
    yield made
    made.archive.close()


@pytest.fixture
def news() -> Iterator[Site]:
    """A site at an address that the settings of `crawling` allow."""
    with site() as running:
        yield running
