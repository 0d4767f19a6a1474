"""A wrong value in any column of any table is mended, and everything that reads the archive goes on."""

from __future__ import annotations

import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, insert

from config.sources import Feed
from crawler.archive import clock, damage, entries, feed_hours, feeds, fetches, frontier
from crawler.archive.archive import DATABASE, Archive, open_archive
from crawler.archive.database import metadata
from crawler.archive.feeds import Validators
from crawler.archive.harvest import harvests
from crawler.archive.leases import Owner
from crawler.archive.soundness import find_unsound, mend
from crawler.page import Hints, Link
from indexer.copies.index import CopyIndex, text_of
from indexer.jobs import requests
from indexer.jobs.articles import KeptArticle, iterate_articles, keep_articles
from indexer.jobs.learning import known_repeats, repeats
from indexer.themes.sweep import NO_DIFFERENCE
from indexer.themes.versions import begin_sweep, definition_of, history, record_version
from monitor.alerts import outbox
from monitor.documents.alerts import AlertMessageDocument
from tests.support.builders import article, fetched
from tests.support.collected import NOON, TALKS, collect, page_of

COLUMNS = [
    (table.name, column.name)
    for table in metadata.sorted_tables
    if "is_unchecked" not in table.info and table.dialect_options["sqlite"]["with_rowid"]
    for column in table.columns
    if not (
        column.primary_key and table.name in ("urls", "pages", "articles", "fetches", "requests", "copy_texts", "clock")
    )
    and not (column.primary_key and table.name in ("alert_messages", "alert_deliveries"))
]
FEED = Feed(id="outlet/1", source="outlet", url="https://outlet.example/rss", kind="feed", every=900.0)

MESSAGE = AlertMessageDocument(
    type="parley.alert",
    key="k",
    rule="rule",
    title="A rule",
    at=NOON,
    occasion="event",
    events=(),
    left_out=0,
    remarks=(),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with a row in every table."""
    folder = tmp_path_factory.mktemp("filled")
    archive = open_archive(folder)
    ids = [collect(archive, name, page_of(TALKS), hints=Hints(title=name)) for name in "ab"]
    with archive.database.write() as connection:
        clock.confirm(connection, NOON)
        feeds.sync(connection, [FEED], NOON)
        feeds.save_validators(
            connection, FEED.id, FEED.url, Validators(etag="1", last_modified="2", body_hash="3"), NOON
        )
        feeds.hold_sites(connection, {"outlet.example": NOON + timedelta(hours=1)})
        connection.execute(metadata.tables["feed_requests"].insert().values(feed=FEED.id, asked=NOON, paused=NOON))
        fetches.record(connection, fetched(FEED.id, NOON))
        link = Link(url="https://outlet.example/c", hints=Hints(title="c"), guid="a guid of c", digest="d")
        frontier.discover(connection, [link], source="outlet", feed=FEED.id, document=FEED.url, now=NOON)
        kept = [article(serial=serial, id=id, text=TALKS, collected=NOON) for serial, id in enumerate(ids, 1)]
        keep_articles(connection, [KeptArticle(item, page=item.serial, extractor=1) for item in kept])
        CopyIndex(30).remember(connection, text_of(kept[0]))
        begin_sweep(connection, "t", record_version(connection, "t", "digest", "{}", NOON), NO_DIFFERENCE, NOON)
        requests.ask(connection, "prune", "2020-01-01T00:00:00+00:00", NOON)
        connection.execute(insert(repeats), {"source": "outlet", "kind": "line", "digest": b"12345678"})
        outbox.record(connection, "rule", "fingerprint", "{}", [MESSAGE], ["desk"])
        connection.execute(damage.damaged.delete())
    archive.close()
    return folder


@pytest.fixture
def archive(filled: Path, tmp_path: Path) -> Archive:
    shutil.copytree(filled, tmp_path / "data")
    return open_archive(tmp_path / "data")


def change(archive: Archive, table: str, column: str, new: object) -> None:
    connection = sqlite3.connect(archive.database.path.parent / DATABASE)
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = (SELECT min(rowid) FROM {table})", (new,))
    connection.commit()
    connection.close()


def use_everything(archive: Archive) -> None:
    """Read what commands, crawler and indexer read."""
    later, lease = NOON + timedelta(days=1), timedelta(hours=1)
    with archive.database.write() as connection:
        feeds.sync(connection, [FEED], later)
        feeds.claim_due(connection, 5, now=later, lease=lease, owner=Owner("crawler"))
        feeds.states(connection), feeds.validators_of(connection, FEED.id, FEED.url), harvests(connection)
        feeds.held_sites(connection, later), feed_hours.between(connection, NOON - lease, later)
        fetches.latest(connection, FEED.id, 5)
        frontier.claim(connection, "outlet.example", 9, now=later, lease=lease, owner=Owner("crawler"))
        again = Link(url="https://outlet.example/c", hints=Hints(title="c"), guid="a guid of c", digest="e")
        entries.remembered(connection, FEED.id, [again])
        frontier.discover(connection, [again], source="outlet", feed=FEED.id, document=FEED.url, now=later)
        list(map(definition_of, history(connection, "t"))), requests.next_request(connection)
        known_repeats(connection, ["outlet"])
        CopyIndex(30).remember(connection, text_of(article(serial=9, text=TALKS, collected=NOON, published=NOON)))
    for page in archive.claim_pages(9, later, lease, Owner("indexer")):
        assert page.collected.tzinfo is UTC
        assert isinstance(page.first_collected, datetime)
        archive.pages_of(page.id)
    list(iterate_articles(archive.database))
    with archive.database.write() as connection:
        outbox.remembered(connection), outbox.last_made(connection), outbox.standings(connection)
        outbox.take_due(connection, later)
        outbox.progress(connection, [number for number, _ in outbox.newest(connection, 9)])


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_value_of_the_wrong_type_is_mended_named_and_stops_nothing(archive: Archive, table: str, column: str) -> None:
    is_binary = isinstance(metadata.tables[table].columns[column].type, LargeBinary)
    change(archive, table, column, "text" if is_binary else b"\xff\xfe")
    assert mend(archive.database) == 1
    with archive.database.read() as connection:
        assert find_unsound(connection) == []
        (row,) = damage.recorded(connection)
        assert (row.place, column in row.detail) == (table, True)
    use_everything(archive)
    assert archive.count_pages_by_state()
    archive.close()


@pytest.mark.parametrize(
    ("table", "column", "new"),
    [
        ("urls", "state", "wantfd"),
        ("urls", "attempts", -100),
        ("urls", "due", 2**62),
        ("urls", "url", b"https://outlet.example/\xff"),
        ("pages", "state", "pendinh"),
        ("pages", "kind", "documeot"),
        ("pages", "collected", -(2**62)),
        ("pages", "crashes", 2**40),
        ("feeds", "failures", -(2**40)),
        ("feeds", "next_due", 2**62),
        ("feed_hours", "hours", 0),
        ("feed_hours", "day", 2**40),
        ("requests", "work", "prunf"),
        ("requests", "state", "waitjng"),
        ("copy_texts", "length", 0),
        ("articles", "data", b""),
    ],
)
def test_values_of_the_right_type_that_make_no_sense_stop_nothing(
    archive: Archive, table: str, column: str, new: object
) -> None:
    change(archive, table, column, new)
    mend(archive.database)
    use_everything(archive)
    archive.close()


def test_texts_that_are_not_utf_8_are_read_with_replacements(archive: Archive) -> None:
    for table, column in COLUMNS:
        if column in ("url", "source", "feed", "detail", "outcome", "etag"):
            connection = sqlite3.connect(archive.database.path)
            connection.execute(f"UPDATE {table} SET {column} = CAST(x'61ff62' AS TEXT) WHERE {column} IS NOT NULL")
            connection.commit()
            connection.close()
            use_everything(archive)
    archive.close()


def test_a_page_and_its_address_find_each_other_again(archive: Archive) -> None:
    before = [page.id for page in archive.claim_pages(9, NOON, timedelta(hours=1), Owner("indexer"))]
    archive.give_back_pages(Owner("indexer"))
    connection = sqlite3.connect(archive.database.path)
    connection.execute("UPDATE urls SET serial = 77 WHERE serial = 1")
    connection.execute("UPDATE pages SET lease_until = NULL")
    connection.commit()
    connection.close()
    assert mend(archive.database) == 1
    assert [page.id for page in archive.claim_pages(9, NOON, timedelta(hours=1), Owner("indexer"))] == before
    archive.close()
