from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from crawler.archive.database import Database
from indexer.article import Article
from indexer.copies.index import CopyIndex, text_of
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.jobs.linking import link_again
from tests.support.builders import article
from tests.support.collected import NOON, TALKS

HOUR = timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def keep(database: Database, kept: Iterable[Article]) -> None:
    """Keep articles as another version linked them, and let the engine have them all."""
    with database.write() as connection:
        articles.keep_articles(connection, [KeptArticle(item, page=item.serial, extractor=1) for item in kept])
        connection.execute(update(articles.articles).values(waiting=False, linking=0))


def relinked(database: Database) -> dict[str, str | None]:
    link_again(database, CopyIndex(30), progress=lambda _: None)
    return {item.source: item.copy_of for batch in articles.iterate_articles(database) for item in batch}


def waiting(database: Database) -> set[str]:
    return {item.source for item in articles.waiting(database, 100)}


def dated(serial: int, source: str, hours: int, *, copy_of: str | None = None) -> Article:
    """Return one of several articles with the same text, all of which were collected in the order of their serials."""
    return article(
        serial=serial,
        source=source,
        text=TALKS,
        published=NOON + hours * HOUR,
        collected=NOON + timedelta(days=1, hours=serial),
        copy_of=copy_of,
    )


def test_articles_that_an_earlier_version_linked_by_collection_are_linked_by_publication(database: Database) -> None:
    aggregator = dated(1, "aggregator", 2)
    wire = dated(2, "wire", 0, copy_of=aggregator.id)
    copy = dated(3, "copy", 3, copy_of=aggregator.id)
    keep(database, [aggregator, wire, copy])
    assert relinked(database) == {"aggregator": wire.id, "wire": None, "copy": wire.id}
    assert waiting(database) == {"aggregator", "wire", "copy"}


def test_articles_whose_links_stay_the_same_are_not_given_to_the_engine_again(database: Database) -> None:
    wire = dated(1, "wire", 0)
    keep(database, [wire, dated(2, "copy", 1, copy_of=wire.id)])
    assert relinked(database) == {"wire": None, "copy": wire.id}
    assert waiting(database) == set()


def test_a_copy_whose_story_is_no_longer_kept_stays_its_copy(database: Database) -> None:
    keep(database, [dated(1, "copy", 1, copy_of="f" * 32), dated(2, "other", 2)])
    assert relinked(database) == {"copy": "f" * 32, "other": "f" * 32}


def test_after_an_interruption_the_next_call_links_the_rest(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [dated(serial, f"source {serial}", 9 - serial) for serial in range(1, 6)]
    keep(database, kept)
    monkeypatch.setattr("indexer.jobs.linking.AT_ONCE", 2)

    def interrupt(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link_again(database, CopyIndex(30), progress=interrupt)
    assert len(articles.linked_otherwise(database, 10)) == 3
    stories = relinked(database)
    assert stories.pop("source 5") is None
    assert set(stories.values()) == {kept[-1].id}


def test_later_arrivals_are_compared_with_articles_that_were_linked_again(database: Database) -> None:
    wire = dated(1, "wire", 0)
    keep(database, [wire])
    relinked(database)
    with database.write() as connection:
        placement = CopyIndex(30).remember(connection, text_of(dated(2, "late", 1)))
    assert placement.place.story == wire.id
