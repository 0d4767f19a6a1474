"""Feeds that somebody wants polled now, or left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from crawler.archive import feed_requests, feeds
from crawler.archive.database import Database
from crawler.archive.leases import Owner
from tests.crawler.conftest import feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE, HOUR = timedelta(minutes=10), timedelta(hours=1)
A, B = feed("http://a.com/1", id="a/1"), feed("http://b.com/1", id="b/1")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return a database with two feeds that were polled an hour ago and are due in an hour."""
    database = Database(tmp_path / "parley.db")
    with database.write() as connection:
        feeds.sync(connection, (A, B), NOW)
        connection.execute(feeds.feeds.update().values(next_due=NOW + HOUR, last_poll=NOW - HOUR))
    return database


def claim(database: Database, now: datetime = NOW) -> list[str]:
    with database.write() as connection:
        return feeds.claim_due(connection, 10, now=now, lease=LEASE, owner=Owner("crawler"))


def polled(database: Database, id: str, at: datetime) -> None:
    """Let a poll end that began then."""
    with database.write() as connection:
        state = feeds.state_of(connection, id)
        assert state
        values = {"next_due": at + HOUR, "last_poll": at, "lease_until": None, "lease_owner": None}
        connection.execute(feeds.feeds.update().where(feeds.feeds.c.id == id).values(**values))


def change(database: Database, function: Callable[..., None], *rest: object) -> None:
    def run(connection: Connection) -> None:
        function(connection, *rest)

    with database.write() as connection:
        run(connection)


def test_a_feed_is_polled_once_when_somebody_asks(database: Database) -> None:
    assert claim(database) == []
    change(database, feed_requests.ask, ["a/1"], NOW)
    assert claim(database) == ["a/1"]
    polled(database, "a/1", NOW)
    assert claim(database, NOW + timedelta(minutes=1)) == []


def test_asking_during_a_poll_leads_to_another_one(database: Database) -> None:
    change(database, feed_requests.ask, ["a/1"], NOW)
    assert claim(database) == ["a/1"]
    change(database, feed_requests.ask, ["a/1"], NOW + timedelta(seconds=5))
    polled(database, "a/1", NOW)
    assert claim(database, NOW + timedelta(seconds=9)) == ["a/1"]


def test_asking_does_not_override_a_server_that_wants_to_be_left_alone(database: Database) -> None:
    change(database, feeds.hold_sites, {"a.com": NOW + HOUR / 2})
    change(database, feed_requests.ask, ["a/1"], NOW)
    assert claim(database) == []
    assert claim(database, NOW + HOUR / 2) == ["a/1"]


def test_a_request_from_the_future_does_not_poll_again_and_again(database: Database) -> None:
    change(database, feed_requests.ask, ["a/1"], NOW + HOUR)  # then the clock was set back
    assert claim(database) == []


def test_a_feed_that_was_never_polled_can_be_asked(database: Database) -> None:
    with database.write() as connection:
        connection.execute(feeds.feeds.update().values(last_poll=None))
    change(database, feed_requests.ask, ["b/1"], NOW)
    assert claim(database) == ["b/1"]


def test_a_paused_feed_is_left_alone_until_it_is_resumed(database: Database) -> None:
    change(database, feed_requests.pause, ["a/1"], NOW)
    change(database, feed_requests.ask, ["a/1"], NOW)
    assert claim(database, NOW + 2 * HOUR) == ["b/1"]
    with database.read() as connection:
        assert not feeds.any_due(connection, now=NOW + 2 * HOUR, lease=LEASE, only=["a/1"])
    change(database, feed_requests.pause, ["a/1"], NOW + HOUR)
    with database.read() as connection:
        assert feed_requests.all_requests(connection)["a/1"].paused == NOW
    change(database, feed_requests.resume, ["a/1"])
    assert claim(database, NOW + 2 * HOUR) == ["a/1"]


def test_a_pause_outlives_a_changed_address_and_a_removal(database: Database) -> None:
    change(database, feed_requests.pause, ["a/1"], NOW)
    change(database, feeds.sync, [B], NOW)
    change(database, feeds.sync, [feed("http://a.com/2", id="a/1"), B], NOW)
    assert claim(database) == []
