"""Every engine has the same stories, whatever the order in which the same articles arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from crawler.archive.database import Database
from indexer.article import Article
from indexer.copies.index import CopyIndex, text_of
from indexer.engine import Count, Engine
from indexer.jobs import articles
from indexer.jobs.articles import KeptArticle
from indexer.jobs.linking import keep_linked
from indexer.query.tree import Everything
from tests.support.copied import drawn_by

EDGES = [datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hours) for hours in range(48)]
Stories = dict[str, tuple[str | None, tuple[str, ...]]]


def index(engine: Engine, path: Path, arrivals: Sequence[Article], batch: int) -> None:
    """Link and add the articles, `batch` at a time, as the indexer does."""
    database, copies, source = Database(path), CopyIndex(30), iter(arrivals)
    while group := list(islice(source, batch)):
        with database.write() as connection:
            items = [(KeptArticle(item, page=item.serial, extractor=1), text_of(item)) for item in group]
            keep_linked(connection, copies, items)
        waiting = articles.waiting(database, 100)
        engine.add(waiting)
        with database.write() as connection:
            articles.settle(connection, [item.serial for item in waiting])
    engine.refresh()
    database.close()


def answers(engine: Engine) -> tuple[Stories, dict[str, int], dict[str, int], list[Count]]:
    stored = engine.scan(Everything())
    return (
        {item.id: (item.copy_of, item.carries) for item in stored},
        engine.tally(Everything(), "copy_of"),
        engine.tally(Everything(), "carries"),
        engine.histogram(Everything(), EDGES)[""],
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_same_articles_have_the_same_stories_in_any_order_of_arrival(
    engine: Engine, tmp_path: Path, seed: int
) -> None:
    chance = Random(seed)
    arrivals = drawn_by(chance, 14)
    index(engine, tmp_path / "first.db", arrivals, batch=14)
    first = answers(engine)
    assert {copy_of for copy_of, _ in first[0].values()} > {None}
    engine.delete([item.id for item in arrivals])
    chance.shuffle(arrivals)
    index(engine, tmp_path / "second.db", arrivals, batch=3)
    assert answers(engine) == first
