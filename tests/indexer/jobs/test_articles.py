from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from config.errors import ArchiveError
from crawler.archive.archive import open_archive
from crawler.archive.batches import AT_ONCE
from crawler.archive.database import Database
from indexer.copies.index import Place
from indexer.jobs.articles import KeptArticle, articles, iterate_articles, keep_articles, move, waiting
from indexer.stored_form import FORM
from tests.support.builders import article
from tests.support.collected import TALKS
from tests.support.old_archive import unpack_old_archive


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def test_articles_in_an_old_archive_can_still_be_read(tmp_path: Path) -> None:
    archive = open_archive(unpack_old_archive(tmp_path))
    kept = [article for batch in iterate_articles(archive.database) for article in batch]
    assert [article.title for article in kept] == [*(f"Talks, day {n}" for n in range(3)), "The same elsewhere"]
    assert all(TALKS.partition(". ")[0] in article.text for article in kept)
    assert [article.copy_of for article in kept] == [None, *[kept[0].id] * 3]
    archive.close()


def test_an_article_in_a_newer_form_is_reported_as_unreadable(database: Database) -> None:
    with database.write() as connection:
        keep_articles(connection, [KeptArticle(article(), page=1, extractor=1)])
        connection.execute(update(articles).values(form=FORM + 1, data=b"a newer form"))
    with pytest.raises(ArchiveError, match=rf"form {FORM + 1}.*form {FORM}; update"):
        waiting(database, 1)


def test_more_copies_than_fit_in_one_statement_are_moved_together(database: Database) -> None:
    some = [article(serial=serial) for serial in range(1, AT_ONCE + 3)]
    with database.write() as connection:
        keep_articles(connection, [KeptArticle(item, page=item.serial, extractor=1) for item in some])
        move(connection, {item.id: Place("story") for item in some})
    assert {item.copy_of for item in waiting(database, 10_000)} == {"story"}
