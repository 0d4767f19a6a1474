from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import frontier
from crawler.archive.database import Database
from crawler.archive.frontier import Wanted
from crawler.archive.leases import Owner
from crawler.page import Hints, Link

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
OWNER = Owner("crawler")
HOUR = timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def discover(
    database: Database, *links: Link, source: str = "s", document: str = "http://a.com/rss", now: datetime = NOW
) -> int:
    with database.write() as connection:
        return frontier.discover(connection, links, source=source, feed=f"{source}/1", document=document, now=now)


def claim(database: Database, site: str = "a.com", *, limit: int = 10, now: datetime = NOW) -> list[Wanted]:
    with database.write() as connection:
        return frontier.claim(connection, site, limit, now=now, lease=LEASE, owner=OWNER)


def waiting(database: Database, now: datetime = NOW, sources: Collection[str] | None = None) -> list[str]:
    with database.read() as connection:
        return frontier.waiting_sites(connection, now, sources)


def settle(database: Database, serial: int, state: str) -> None:
    with database.write() as connection:
        frontier.settle(connection, serial, state)


def states(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return frontier.count_urls_by_state(connection)


def link(path: str, digest: str | None = None, title: str | None = None) -> Link:
    return Link(url=f"http://{path}", digest=digest, hints=Hints(title=title))


def test_an_address_is_discovered_once_in_all_its_forms(database: Database) -> None:
    assert discover(database, link("a.com/x"), link("A.com:80/x?utm_source=rss")) == 1
    assert discover(database, link("a.com/x#part")) == 0


def test_addresses_that_cannot_be_fetched_are_skipped(database: Database) -> None:
    assert discover(database, Link(url="mailto:a@a.com"), Link(url="http://[")) == 0


def test_serials_start_at_one_and_duplicates_do_not_use_any(database: Database) -> None:
    for _ in range(50):
        discover(database, link("a.com/1"))
    discover(database, link("a.com/2"))
    assert [wanted.serial for wanted in claim(database)] == [1, 2]


def test_a_claimed_address_has_the_metadata_of_the_feed(database: Database) -> None:
    discover(database, link("a.com/x", title="Title"))
    (wanted,) = claim(database)
    assert wanted == Wanted(
        serial=1, url="http://a.com/x", site="a.com", source="s", feed="s/1", attempts=0, hints=Hints(title="Title")
    )
    assert claim(database) == []


def test_a_new_digest_queues_a_collected_address_again(database: Database) -> None:
    discover(database, link("a.com/x", "1"))
    claim(database)
    settle(database, 1, "collected")
    assert discover(database, link("a.com/x", "1")) == 0
    assert discover(database, link("a.com/x")) == 0
    assert discover(database, link("a.com/x", "2", "New")) == 1
    (wanted,) = claim(database)
    assert (wanted.serial, wanted.hints.title) == (1, "New")


def test_different_metadata_from_two_feeds_is_not_a_revision(database: Database) -> None:
    def discover_three_ways() -> list[int]:
        return [
            discover(database, link("a.com/x", "0")),
            discover(database, link("a.com/x", "1"), source="other"),
            discover(database, link("a.com/x", "2"), document="http://a.com/news.xml"),
        ]

    assert discover_three_ways() == [1, 0, 0]
    settle(database, claim(database)[0].serial, "collected")
    assert discover_three_ways() == [0, 0, 0]
    assert discover(database, link("a.com/x", "another"), document="http://a.com/news.xml") == 1


def test_a_revision_discovered_during_a_fetch_is_fetched_afterwards(database: Database) -> None:
    discover(database, link("a.com/x", "1"))
    claim(database)
    discover(database, link("a.com/x", "2"))
    settle(database, 1, "collected")
    assert [wanted.serial for wanted in claim(database)] == [1]


def test_sites_with_due_addresses_are_listed_once_each(database: Database) -> None:
    discover(database, *(link(f"{site}/{n}") for site in ("c.com", "a.com", "b.com") for n in range(3)))
    assert waiting(database) == ["a.com", "b.com", "c.com"]
    claim(database, "b.com")
    assert waiting(database) == ["a.com", "c.com"]


def test_addresses_can_be_limited_to_one_source(database: Database) -> None:
    discover(database, link("a.com/1"))
    discover(database, link("b.com/1"), source="other")
    assert waiting(database, sources=["other"]) == ["b.com"]
    with database.write() as connection:
        assert frontier.claim(connection, "a.com", 9, now=NOW, lease=LEASE, owner=OWNER, sources=["other"]) == []


def test_a_postponed_address_waits_and_counts_its_attempts(database: Database) -> None:
    discover(database, link("a.com/1"))
    claim(database)
    with database.write() as connection:
        frontier.postpone(connection, 1, NOW + HOUR, "status 503", attempts=1)
    assert (waiting(database), claim(database)) == ([], [])
    assert claim(database, now=NOW + HOUR)[0].attempts == 1


def test_released_addresses_do_not_count_an_attempt(database: Database) -> None:
    discover(database, link("a.com/1"), link("a.com/2"))
    claim(database)
    with database.write() as connection:
        assert frontier.give_back(connection, [1, 2], OWNER) == 2
    assert [wanted.attempts for wanted in claim(database)] == [0, 0]


@pytest.mark.parametrize("later", [LEASE, -HOUR], ids=["run out", "clock set back"])
def test_a_lease_ends_when_it_expires_or_the_clock_is_set_back(database: Database, later: timedelta) -> None:
    discover(database, link("a.com/1"))
    claim(database)
    with database.write() as connection:
        assert frontier.leases.end_expired(connection, NOW + LEASE / 2, LEASE) == 0
        assert frontier.leases.end_expired(connection, NOW + later, LEASE) == 1


def test_setting_the_clock_back_does_not_strand_waiting_addresses(database: Database) -> None:
    discover(database, link("a.com/1"))
    with database.write() as connection:
        assert frontier.rebase(connection, now=NOW - HOUR, longest=timedelta(days=1)) == 1
    assert [wanted.serial for wanted in claim(database, now=NOW - HOUR)] == [1]


def test_a_final_outcome_is_counted_by_its_name(database: Database) -> None:
    discover(database, link("a.com/1"), link("a.com/2"))
    claim(database, limit=1)
    settle(database, 1, "not_found")
    assert states(database) == {"not_found": 1, "wanted": 1}


def test_the_age_of_the_queue_is_that_of_the_address_that_is_due_longest(database: Database) -> None:
    def oldest(now: datetime) -> datetime | None:
        with database.read() as connection:
            return frontier.oldest_wanted(connection, now)

    assert oldest(NOW) is None
    discover(database, link("a.com/1"))
    discover(database, link("b.com/1"), now=NOW + HOUR)
    assert oldest(NOW - HOUR) is None  # none is due yet
    assert oldest(NOW + 2 * HOUR) == NOW
    [wanted] = claim(database, now=NOW)
    settle(database, wanted.serial, "collected")
    assert oldest(NOW + 2 * HOUR) == NOW + HOUR
