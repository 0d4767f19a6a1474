"""An index that lacks articles of the archive is noticed, whatever the engine, and only these articles are added again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import DATABASE
from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.jobs.articles import KeptArticle, count_waiting, keep_articles, mark_waiting, settle
from indexer.jobs.refill import Surplus, mark_missing, surplus
from tests.support.builders import article

KEPT = [article(serial=number, title=f"Truce {number}") for number in range(1, 31)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / DATABASE)
    with opened.write() as connection:
        keep_articles(connection, [KeptArticle(one, one.serial, 1) for one in KEPT])
        settle(connection, [one.serial for one in KEPT])
    yield opened
    opened.close()


def waiting(database: Database) -> int:
    with database.read() as connection:
        return count_waiting(connection)


def test_articles_of_a_complete_index_do_not_wait(database: Database, engine: Engine) -> None:
    engine.add(KEPT)
    assert mark_missing(engine, database) == 0
    assert waiting(database) == 0


@pytest.mark.parametrize("lost", [[1], [30], [7, 8, 21], list(range(1, 31))], ids=["first", "last", "some", "all"])
def test_only_the_articles_that_the_index_lacks_wait(database: Database, engine: Engine, lost: list[int]) -> None:
    engine.add(KEPT)
    engine.delete([one.id for one in KEPT if one.serial in lost])
    assert mark_missing(engine, database) == len(lost)
    assert waiting(database) == len(lost)
    assert mark_missing(engine, database) == 0


def test_as_many_other_articles_are_told_apart(database: Database, engine: Engine) -> None:
    assert surplus(engine, database) == Surplus(-30, -sum(one.serial for one in KEPT))
    engine.add(KEPT)
    assert surplus(engine, database) == Surplus()
    engine.delete([KEPT[0].id])
    engine.add([article(serial=70)])
    assert surplus(engine, database) == Surplus(0, 69)
    with database.write() as connection:
        mark_waiting(connection, [1, 30])
    assert surplus(engine, database) == Surplus(1, 70)


def test_articles_that_wait_already_are_not_taken_for_lost(database: Database, engine: Engine) -> None:
    engine.add(KEPT[1:])
    with database.write() as connection:
        keep_articles(connection, [KeptArticle(KEPT[0], 1, 1)])
    assert mark_missing(engine, database) == 0
    assert waiting(database) == 1
