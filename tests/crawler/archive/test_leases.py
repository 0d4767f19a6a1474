from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.archive import feeds, frontier, pages
from crawler.archive.archive import Archive, open_archive
from crawler.archive.leases import Leases, Owner
from crawler.page import Link
from tests.crawler.conftest import feed
from tests.support.collected import collect

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
EVERY = {"feeds": feeds.leases, "addresses": frontier.leases, "pages": pages.leases}
ROLES = {"feeds": "crawler", "addresses": "crawler", "pages": "indexer"}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    with opened.database.write() as connection:
        feeds.sync(connection, [feed("http://a.com/1", id="a/1"), feed("http://b.com/1", id="b/1")], NOW)
        links = [Link(url="http://a.com/1"), Link(url="http://a.com/2")]
        frontier.discover(connection, links, source="a", feed="a/1", document="http://a.com/rss", now=NOW)
    for name in ("one", "two"):
        collect(opened, name, name.encode())
    yield opened
    opened.close()


def claim(archive: Archive, what: str, owner: Owner, *, limit: int = 1, now: datetime = NOW) -> int:
    """Claim rows and return their number."""
    if what == "pages":
        return len(archive.claim_pages(limit, now, LEASE, owner))
    with archive.database.write() as connection:
        if what == "feeds":
            return len(feeds.claim_due(connection, limit, now=now, lease=LEASE, owner=owner))
        return len(frontier.claim(connection, "a.com", limit, now=now, lease=LEASE, owner=owner))


def owners(archive: Archive, leases: Leases) -> set[str | None]:
    with archive.database.read() as connection:
        return set(
            connection.scalars(select(leases.table.c.lease_owner).where(leases.table.c.lease_until.is_not(None)))
        )


@pytest.mark.parametrize("what", EVERY)
def test_rows_claimed_by_one_owner_are_not_given_to_another(archive: Archive, what: str) -> None:
    one, other = Owner(ROLES[what]), Owner(ROLES[what])
    assert claim(archive, what, one, limit=9) == 2
    assert claim(archive, what, other, limit=9) == 0


@pytest.mark.parametrize("what", EVERY)
def test_giving_back_ends_only_the_owners_leases(archive: Archive, what: str) -> None:
    one, other = Owner(ROLES[what]), Owner(ROLES[what])
    claim(archive, what, one)
    claim(archive, what, other)
    with archive.database.write() as connection:
        assert EVERY[what].give_back(connection, one) == 1
    assert owners(archive, EVERY[what]) == {str(other)}
    assert claim(archive, what, one, limit=9) == 1


@pytest.mark.parametrize("what", EVERY)
def test_the_holder_of_a_roles_lock_takes_over_from_earlier_holders_but_from_no_other_role(
    archive: Archive, what: str
) -> None:
    killed, command, successor = Owner(ROLES[what]), Owner("command"), Owner(ROLES[what])
    claim(archive, what, killed)
    claim(archive, what, command)
    with archive.database.write() as connection:
        assert EVERY[what].take_over(connection, successor) == 1
    assert owners(archive, EVERY[what]) == {str(command)}


@pytest.mark.parametrize("what", EVERY)
@pytest.mark.parametrize("later", [LEASE, timedelta(hours=-1)], ids=["run out", "clock set back"])
def test_an_expired_lease_ends_whoever_owns_it(archive: Archive, what: str, later: timedelta) -> None:
    claim(archive, what, Owner("command"))
    with archive.database.write() as connection:
        assert EVERY[what].end_expired(connection, NOW + LEASE / 2, LEASE) == 0
        assert EVERY[what].end_expired(connection, NOW + later, LEASE) == 1


def test_a_role_with_the_same_prefix_is_another_role(archive: Archive) -> None:
    claim(archive, "feeds", Owner("crawler2"))
    claim(archive, "feeds", Owner("crawle_"))
    with archive.database.write() as connection:
        assert feeds.leases.take_over(connection, Owner("crawler")) == 0
        assert feeds.leases.take_over(connection, Owner("crawle_")) == 1


def test_two_processes_in_one_role_are_different_owners() -> None:
    assert str(Owner("crawler")) != str(Owner("crawler"))
