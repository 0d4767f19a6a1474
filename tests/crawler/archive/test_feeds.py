from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.sources import Feed
from crawler.archive import feeds
from crawler.archive.database import Database
from crawler.archive.feeds import Validators
from crawler.archive.leases import Owner
from tests.crawler.conftest import feed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE, HOUR = timedelta(minutes=10), timedelta(hours=1)
OWNER = Owner("crawler")
A, B = feed("http://a.com/1", id="a/1"), feed("http://b.com/1", id="b/1")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def sync(database: Database, *configured: Feed, now: datetime = NOW) -> None:
    with database.write() as connection:
        feeds.sync(connection, configured, now)


def claim(database: Database, limit: int = 10, now: datetime = NOW, **rest: Any) -> list[str]:
    with database.write() as connection:
        return feeds.claim_due(connection, limit, now=now, lease=LEASE, owner=OWNER, **rest)


def postpone(database: Database, feed_id: str, due: datetime, last_poll: datetime) -> None:
    with database.write() as connection:
        connection.execute(
            feeds.feeds.update()
            .where(feeds.feeds.c.id == feed_id)
            .values(next_due=due, last_poll=last_poll, lease_until=None)
        )


def test_new_feeds_are_due_at_once_and_claimed_once(database: Database) -> None:
    sync(database, A, B)
    assert claim(database) == ["a/1", "b/1"]
    assert claim(database) == []
    assert claim(database, now=NOW + LEASE) == ["a/1", "b/1"]


def test_only_one_feed_per_domain_is_claimed_at_a_time(database: Database) -> None:
    sync(database, *(feed(f"http://www{n}.a.com/", id=f"a/{n}") for n in range(5)), B)
    assert claim(database) == ["a/0", "b/1"]
    assert claim(database, busy={"a.com"}) == []


def test_a_disabled_or_removed_feed_is_not_claimed_until_it_returns(database: Database) -> None:
    sync(database, A, B)
    sync(database, feed(A.url, id="a/1", enabled=False))
    assert claim(database) == []
    sync(database, A)
    assert claim(database) == ["a/1"]


def test_a_feed_whose_address_changed_is_due_again_without_its_failures(database: Database) -> None:
    sync(database, A)
    postpone(database, "a/1", NOW + HOUR, NOW)
    sync(database, feed("http://a.com/2", id="a/1"))
    assert claim(database) == ["a/1"]


def test_a_feed_whose_options_changed_is_read_in_full_again(database: Database) -> None:
    sync(database, A)
    validators = Validators(etag='"1"', last_modified=None, body_hash="0" * 32)
    with database.write() as connection:
        feeds.save_validators(connection, "a/1", A.url, validators, NOW)
    sync(database, feed(A.url, id="a/1", options={"links": "a"}))
    with database.read() as connection:
        assert feeds.validators_of(connection, "a/1", A.url) is None


@pytest.mark.parametrize("schedule", [{"every": 60.0}, {"every": None, "cron": "0 6 * * *"}])
def test_a_new_schedule_takes_effect_at_once(database: Database, schedule: dict[str, Any]) -> None:
    monthly = feed(A.url, id="a/1", every=30 * 86_400.0)
    sync(database, monthly)
    postpone(database, "a/1", NOW + 720 * HOUR, NOW)
    with database.write() as connection:
        feeds.save_validators(connection, "a/1", A.url, Validators(etag='"1"', last_modified=None, body_hash="x"), NOW)
    sync(database, feed(A.url, id="a/1", **schedule))
    assert claim(database) == ["a/1"]
    with database.read() as connection:
        assert feeds.validators_of(connection, "a/1", A.url)  # it is read as before


def test_a_reload_without_changes_makes_nothing_due(database: Database) -> None:
    sync(database, A)
    postpone(database, "a/1", NOW + HOUR, NOW)
    sync(database, A)
    assert claim(database) == []


def test_setting_the_clock_back_does_not_delay_feeds(database: Database) -> None:
    sync(database, A, B)
    postpone(database, "a/1", NOW + HOUR, NOW)
    postpone(database, "b/1", NOW, NOW - 2 * HOUR)
    with database.write() as connection:
        assert feeds.rebase(connection, NOW - HOUR) == 1
    assert claim(database, now=NOW - HOUR) == ["a/1"]


def test_a_lease_from_before_the_clock_was_set_back_is_void(database: Database) -> None:
    sync(database, A, now=NOW - HOUR)
    claim(database)
    assert claim(database, now=NOW - HOUR) == ["a/1"]


def test_a_paused_domain_is_not_polled_until_the_pause_ends(database: Database) -> None:
    sync(database, A, B)
    with database.write() as connection:
        feeds.hold_sites(connection, {"a.com": NOW + HOUR})
    assert claim(database) == ["b/1"]
    assert claim(database, now=NOW + HOUR) == ["a/1", "b/1"]


def test_a_pause_made_endless_by_a_clock_set_back_is_ignored(database: Database) -> None:
    sync(database, A, now=NOW - timedelta(days=400))
    with database.write() as connection:
        feeds.hold_sites(connection, {"a.com": NOW})
    assert claim(database, now=NOW - timedelta(days=399)) == ["a/1"]


def test_validators_belong_to_one_address_of_one_feed(database: Database) -> None:
    validators = Validators(etag='"1"', last_modified=None, body_hash="0" * 32)
    with database.write() as connection:
        feeds.save_validators(connection, "a/1", "http://a.com/1", validators, NOW)
        feeds.save_validators(connection, "a/1", "http://a.com/1", validators, NOW + HOUR)
        assert feeds.validators_of(connection, "a/1", "http://a.com/1") == validators
        assert feeds.validators_of(connection, "b/1", "http://a.com/1") is None
        assert feeds.prune_validators(connection, NOW + HOUR) == 0
        assert feeds.prune_validators(connection, NOW + 2 * HOUR) == 1
