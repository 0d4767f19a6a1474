from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast
from uuid import uuid4

import pytest
from sqlalchemy import delete

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import Archive, open_archive
from crawler.archive.frontier import count_urls_by_state, discover
from crawler.archive.pages import pages
from crawler.page import Hints, Link
from indexer.copies.index import CopyIndex
from indexer.engine import Engine, open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import articles
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.prune import Pruned, count_old, prune
from indexer.jobs.reading import Reading
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger
from tests.support.collected import NOON, TALKS, collect, page_of

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=["tantivy", "elasticsearch"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "tantivy":
        opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    else:
        opened = open_engine(f"{request.getfixturevalue('elasticsearch_url')}/pruned-{uuid4().hex}", writable=True)
    yield opened
    opened.close()


@pytest.fixture
def pipeline(archive: Archive, engine: Engine, lanes: Lanes) -> Pipeline:
    return Pipeline(
        archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
    )


def page(name: str) -> bytes:
    return page_of(f"{name} alone says so. {name * 3} is the word of the day. {TALKS[len(name) * 9 :]}", name)


def ids(engine: Engine) -> set[str]:
    return {article.id for article in engine.scan(Everything())}


def gone(archive: Archive, engine: Engine, before: datetime) -> Pruned:
    foreseen = count_old(archive.database, before)
    done = prune(archive, engine, before, progress=lambda gone: None)
    assert (foreseen.articles, foreseen.pages) == (done.articles, done.pages)
    return done


def test_pruning_deletes_older_articles_from_archive_and_engine_and_keeps_the_others(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    old = collect(archive, "old", page("old"), hints=Hints(published=NOON - 90 * DAY), at=NOON)
    collect(archive, "old", page("old, revised"), hints=Hints(published=NOON - 90 * DAY), at=NOON + DAY)
    recent = collect(archive, "recent", page("recent"), hints=Hints(published=NOON), at=NOON)
    undated = collect(archive, "undated", page("undated"), at=NOON - 60 * DAY)
    undated_recent = collect(archive, "undated-recent", page("fresh"), at=NOON)
    collect(archive, "empty", b"", at=NOON - 60 * DAY)
    pipeline.work(NOON)
    assert ids(engine) == {old, recent, undated, undated_recent}
    done = gone(archive, engine, NOON - 30 * DAY)
    assert (done.articles, done.pages) == (2, 4)
    assert done.bytes
    assert ids(engine) == {recent, undated_recent}
    with archive.database.read() as connection:
        assert articles.count_articles(connection) == 2
        assert count_urls_by_state(connection) == {"pruned": 3, "collected": 2}
    assert archive.pages_of(old) == []
    assert len(archive.bodies.names(after="", limit=99)) == 2
    for kept in (recent, undated_recent):
        assert archive.body(archive.pages_of(kept)[0].page.number)
    assert gone(archive, engine, NOON - 30 * DAY) == Pruned(0, 0, 0)


def test_pruned_articles_are_not_collected_again(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    old = collect(archive, "old", page("old"), at=NOON - 60 * DAY)
    pipeline.work(NOON)
    gone(archive, engine, NOON)
    with archive.database.write() as connection:
        revised = Link(url="https://outlet.example/old", digest="another")
        assert discover(connection, [revised], source="outlet", feed="outlet/1", document="", now=NOON) == 0
    collect(archive, "old", page("old, as the channel shows it again"), at=NOON)
    assert archive.pages_of(old) == []
    assert pipeline.work(NOON) == {}


def test_pages_that_wait_for_the_indexer_are_kept(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    id = collect(archive, "old", page("old"), at=NOON - 60 * DAY)
    assert gone(archive, engine, NOON) == Pruned(0, 0, 0)
    pipeline.work(NOON)
    collect(archive, "old", page("old, revised"), at=NOON - 59 * DAY)
    assert gone(archive, engine, NOON) == Pruned(0, 0, 0)
    assert pipeline.work(NOON) == {"indexed": 1}
    assert ids(engine) == {id}


class Meanwhile:
    """A real engine that lets a crawler collect something just before a deletion."""

    def __init__(self, engine: Engine, happens: Callable[[], object]) -> None:
        self._engine, self._happens = engine, happens

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def delete(self, ids: Sequence[str]) -> None:
        self._happens()
        self._engine.delete(ids)


@pytest.mark.parametrize("first", [page("old"), b""], ids=["an article", "none"])
@pytest.mark.parametrize("second", [page("old, revised"), b" "], ids=["an article then", "none then"])
def test_a_page_collected_during_pruning_is_kept(pipeline: Pipeline, first: bytes, second: bytes) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    id = collect(archive, "old", first, at=NOON - 60 * DAY)
    pipeline.work(NOON)
    crawling = cast(Engine, Meanwhile(engine, lambda: collect(archive, "old", second, at=NOON)))
    assert prune(archive, crawling, NOON - DAY, progress=lambda _: None) == Pruned(0, 0, 0)
    pipeline.work(NOON)
    assert len(archive.pages_of(id)) == 2
    assert ids(engine) == ({id} if first or second.strip() else set())


def test_a_body_shared_by_two_addresses_is_kept_as_long_as_one_of_them(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    collect(archive, "old", page("same"), at=NOON - 60 * DAY)
    recent = collect(archive, "recent", page("same"), at=NOON)
    pipeline.work(NOON)
    gone(archive, engine, NOON - DAY)
    assert archive.body(archive.pages_of(recent)[0].page.number) == page("same")


def test_later_texts_are_not_copies_of_pruned_ones(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    collect(archive, "old", page_of(TALKS), hints=Hints(published=NOON - 60 * DAY), at=NOON - DAY)
    pipeline.work(NOON)
    gone(archive, engine, NOON - 30 * DAY)
    later = collect(archive, "later", page_of(TALKS), at=NOON)
    pipeline.work(NOON)
    assert engine.get([later])[later].copy_of is None


def test_bodies_of_unknown_origin_go_with_their_pages_and_others_stay(pipeline: Pipeline) -> None:
    archive, engine = pipeline.archive, pipeline.engine
    collect(archive, "old", page("old"), at=NOON - 60 * DAY)
    names = archive.bodies.names(after="", limit=10)
    archive.bodies.forget(archive.bodies.addresses(names))  # as if stored before origins were noted
    collect(archive, "lost", page("lost"), at=NOON - 60 * DAY)
    (lost,) = set(archive.bodies.names(after="", limit=10)) - set(names)
    with archive.database.write() as connection:
        connection.execute(delete(pages).where(pages.c.body_hash == lost))
    pipeline.work(NOON)
    gone(archive, engine, NOON - DAY)
    assert archive.bodies.names(after="", limit=10) == [lost]
