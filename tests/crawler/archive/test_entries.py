"""Tests that an entry of a feed is one article while its guid is the same, whatever its link is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.archive import frontier
from crawler.archive.database import Database
from crawler.archive.frontier import urls
from crawler.page import Hints, Link

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLISHED = datetime(2026, 3, 1, 9, 30, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "parley.db")
    yield opened
    opened.close()


def entry(
    url: str,
    guid: str | None = "tag:news.example,2026:1",
    title: str = "Talks",
    at: datetime | None = PUBLISHED,
    **rest: str,
) -> Link:
    hints = Hints(title=title, published=at, published_precision="second" if at else None)
    return Link(
        url=url, hints=hints, guid=guid, digest=rest.get("digest", "same"), others=tuple(rest.get("others", "").split())
    )


def poll(database: Database, *links: Link, feed: str = "s/1") -> int:
    with database.write() as connection:
        return frontier.discover(connection, links, source="s", feed=feed, document="rss", now=NOW)


def addresses(database: Database) -> Sequence[str]:
    with database.read() as connection:
        return connection.scalars(select(urls.c.url).order_by(urls.c.serial)).all()


def test_a_session_number_in_the_link_makes_no_new_article(database: Database) -> None:
    for session in range(5):
        poll(database, entry(f"http://news.example/a?sid={session}b7"))
    assert addresses(database) == ["http://news.example/a?sid=0b7"]


def test_a_headline_that_changes_in_the_link_makes_no_new_article(database: Database) -> None:
    poll(database, entry("http://news.example/talks-begin", title="Talks begin"))
    assert poll(database, entry("http://news.example/talks-end", title="Talks end", digest="other")) == 1
    assert addresses(database) == ["http://news.example/talks-begin"]


def test_an_undated_entry_is_recognised_by_its_title_and_path(database: Database) -> None:
    poll(database, entry("http://news.example/a?s=1", at=None))
    poll(database, entry("http://news.example/a?s=2", at=None))
    assert len(addresses(database)) == 1


def test_numbers_from_the_top_of_a_list_are_no_identity(database: Database) -> None:
    for day in range(3):
        at = PUBLISHED + timedelta(days=day)
        poll(
            database,
            *(entry(f"http://news.example/{day}-{n}", str(n), f"News {day}-{n}", at + timedelta(n)) for n in range(3)),
        )
    assert len(addresses(database)) == 9


def test_a_guid_that_all_entries_share_is_no_identity(database: Database) -> None:
    for day in range(2):
        poll(database, *(entry(f"http://news.example/{day}-{number}", "http://news.example/") for number in range(3)))
    assert len(addresses(database)) == 6


def test_a_guid_counts_in_its_own_feed_only(database: Database) -> None:
    poll(database, entry("http://news.example/a"))
    poll(database, entry("http://other.example/b"), feed="s/2")
    assert len(addresses(database)) == 2


def test_a_link_known_before_keeps_its_address_although_the_feed_now_gives_another(database: Database) -> None:
    poll(database, entry("http://feedproxy.example/~r/1", None))
    poll(database, entry("http://news.example/a1", others="http://feedproxy.example/~r/1"))
    assert addresses(database) == ["http://feedproxy.example/~r/1"]


def test_a_wrapping_link_is_fetched_where_it_leads(database: Database) -> None:
    poll(database, entry("https://www.google.com/url?rct=j&url=https://news.example/a1&ct=ga", None))
    assert addresses(database) == ["https://news.example/a1"]
