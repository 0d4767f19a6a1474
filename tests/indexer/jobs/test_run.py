from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import cast

import pytest

from config.errors import ArchiveError, EngineUnavailable
from config.settings import DEFAULT_MAX_BYTES
from config.sources import Source
from crawler.archive.archive import Archive, open_archive
from crawler.archive.leases import Owner
from crawler.page import Hints
from indexer.article import Article
from indexer.copies.index import CopyIndex
from indexer.engine import Engine, open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import requests, run
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.jobs.run import Indexer
from indexer.query.tree import Everything
from indexer.themes.compile import CompiledTheme
from indexer.themes.queue import Sweeps
from indexer.themes.sweep import AT_ONCE, Difference, count_differences
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.queries import source
from tests.support.themes import theme_of_words


@dataclass
class Themes:
    """Themes that a test can change."""

    compiled: Sequence[CompiledTheme]
    changed: bool = False
    left_out: frozenset[str] = frozenset()
    sources: Sequence[Source] = ()

    def reload(self) -> bool:
        changed, self.changed = self.changed, False
        return changed

    def become(self, *compiled: CompiledTheme) -> None:
        self.compiled, self.changed = compiled, True


class Failing:
    """A real engine whose calls all fail while there is a reason.

    Attributes:
        reason: what calls fail with.
        fuse: calls that still succeed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.reason: Exception | None = None
        self.fuse = 0

    def __getattr__(self, name: str) -> object:
        if self.reason and self.fuse <= 0:
            raise self.reason
        self.fuse -= 1
        return getattr(self._engine, name)


@dataclass
class Log:
    """Records what an indexer reports, and repairs the engine once the trouble has been reported."""

    failing: Failing
    stop: Event
    lines: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, doing: str, trouble: str) -> None:
        self.lines.append((doing, trouble))
        if trouble:
            self.failing.reason = None
        elif doing == "waiting for pages":
            self.stop.set()


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as opened:
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Failing]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield Failing(opened)
    opened.close()


@pytest.fixture
def log(failing: Failing) -> Log:
    return Log(failing, Event())


@pytest.fixture
def indexer(archive: Archive, failing: Failing, lanes: Lanes, log: Log, monkeypatch: pytest.MonkeyPatch) -> Indexer:
    monkeypatch.setattr(run, "IDLE", 0.001)
    pipeline = Pipeline(
        archive=archive,
        engine=cast(Engine, failing),
        reading=Reading(archive, lanes),
        copies=CopyIndex(30),
        tagger=Tagger([]),
    )
    sweeps = Sweeps(archive.database)
    return Indexer(
        pipeline=pipeline, themes=Themes([theme_of_words("truce", "truce")]), url="tantivy:", say=log, sweeps=sweeps
    )


def stored_articles(indexer: Indexer) -> Sequence[Article]:
    return list(indexer.pipeline.engine.scan(Everything()))


@pytest.mark.parametrize(
    "reason", [EngineUnavailable("the server is down"), ArchiveError("the disk is full")], ids=["engine", "archive"]
)
def test_temporary_trouble_is_reported_and_pages_are_indexed_once_it_is_over(
    indexer: Indexer, failing: Failing, log: Log, reason: Exception
) -> None:
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    failing.reason = reason
    assert indexer.run(log.stop, once=False) == {"indexed": 1}
    assert str(reason) in [trouble for _, trouble in log.lines]
    assert [article.themes for article in stored_articles(indexer)] == [{"truce"}]


def test_pages_are_read_by_the_timezone_that_their_source_has_now(indexer: Indexer, log: Log) -> None:
    hints = Hints(published=NOON, published_precision="second", lacks_zone=True)
    collect(indexer.pipeline.archive, "a", page_of(TALKS), hints=hints)
    assert isinstance(indexer.themes, Themes)
    kyiv = Source(
        id="outlet", name="Outlet", country="UA", language="uk", source_class="public", feeds=(), timezone="Europe/Kyiv"
    )
    indexer.themes.sources = (kyiv,)
    indexer.run(log.stop, once=True)
    assert [article.published for article in stored_articles(indexer)] == [NOON - timedelta(hours=2)]


def test_the_engine_gets_the_sources_that_are_configured_now_until_it_has_corrected_all(
    indexer: Indexer, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[Sequence[Source]] = []
    left = iter([False, True, True, False])

    def describe(sources: Sequence[Source]) -> bool:
        described.append(sources)
        return next(left)

    monkeypatch.setattr(failing, "describe", describe, raising=False)
    assert isinstance(indexer.themes, Themes)
    while indexer.step():
        pass
    assert described == [()]
    indexer.themes.sources = (source("apa", "APA", "AT", "wire"),)
    assert [indexer.step() for _ in range(4)] == [True, True, False, False]
    assert described == [(), *[indexer.themes.sources] * 3]


def test_a_single_run_ends_with_the_error(indexer: Indexer, failing: Failing, log: Log) -> None:
    failing.reason = EngineUnavailable("the server is down")
    with pytest.raises(EngineUnavailable):
        indexer.run(log.stop, once=True)


def test_leases_left_by_a_failed_step_do_not_block_the_next(
    indexer: Indexer, failing: Failing, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = indexer.pipeline.archive
    collect(archive, "a", page_of(TALKS))
    give_back = archive.give_back_pages
    failing.reason, failing.fuse = (
        EngineUnavailable("the server is down"),
        8,
    )  # the calls of describing, counting and of the sweep succeed, adding fails

    def release(owner: Owner, *, but: Collection[int] = ()) -> int:
        if failing.reason and failing.fuse <= 0:
            raise ArchiveError("the disk is full")
        return give_back(owner, but=but)

    monkeypatch.setattr(archive, "give_back_pages", release)
    assert indexer.run(log.stop, once=False) == {"indexed": 1}
    assert "the disk is full" in [trouble for _, trouble in log.lines]


def test_an_interrupted_sweep_is_finished_when_the_engine_is_back(indexer: Indexer, failing: Failing, log: Log) -> None:
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    assert isinstance(indexer.themes, Themes)
    indexer.run(log.stop, once=True)
    themes = [theme_of_words(name, name) for name in ("delegations", "prisoners", "guarantees", "spokesperson")]
    indexer.themes.become(*themes)
    failing.reason, failing.fuse = EngineUnavailable("the server is down"), 6
    log.stop.clear()
    indexer.run(log.stop, once=False)
    assert "the server is down" in [trouble for _, trouble in log.lines]
    assert [count_differences(indexer.pipeline.engine, each) for each in themes] == [Difference(0, 0)] * 4
    assert [article.themes for article in stored_articles(indexer)] == [{each.id for each in themes}]


def ask(indexer: Indexer, argument: str = "", *, work: requests.Work = "sweep") -> int:
    with indexer.pipeline.archive.database.write() as connection:
        return requests.ask(connection, work, argument, NOON)


def answer(indexer: Indexer, number: int) -> requests.Request:
    with indexer.pipeline.archive.database.read() as connection:
        return requests.look_up(connection, number)


def lose_tags(indexer: Indexer, number: int) -> None:
    """Fill the engine with articles about a truce that lack their tag, as in a restored index."""
    engine = indexer.pipeline.engine
    engine.add([article(serial=1_000 + place, title="truce") for place in range(number)])
    engine.refresh()


def test_pages_are_indexed_between_the_parts_of_a_long_sweep(indexer: Indexer) -> None:
    lose_tags(indexer, 2 * AT_ONCE)
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    assert indexer.step()
    assert indexer.outcomes == {"indexed": 1}
    assert indexer.sweeps.due == {"truce"}


def test_a_requested_sweep_is_done_and_its_progress_reported(indexer: Indexer, log: Log) -> None:
    indexer.run(log.stop, once=True)
    lose_tags(indexer, AT_ONCE + 1)
    assert not indexer.step()
    number = ask(indexer)
    states: list[tuple[str, str]] = []
    while indexer.step():
        states.append((answer(indexer, number).state, answer(indexer, number).message))
    assert states == [
        ("running", ""),
        ("running", "sweeping truce: 1,000 of 1,001 articles"),
        ("running", "sweeping truce: 1,001 of 1,001 articles"),
        ("done", "the tags are up to date"),
    ]
    assert count_differences(indexer.pipeline.engine, indexer.themes.compiled[0]) == Difference(0, 0)


def test_a_requested_sweep_of_a_removed_theme_ends_when_its_tag_is_removed(indexer: Indexer, log: Log) -> None:
    lose_tags(indexer, AT_ONCE + 1)
    indexer.run(log.stop, once=True)
    assert {article.themes for article in stored_articles(indexer)} == {frozenset({"truce"})}
    assert isinstance(indexer.themes, Themes)
    indexer.themes.become()
    number = ask(indexer, "truce")
    while answer(indexer, number).state != "done":
        indexer.step()
    assert {article.themes for article in stored_articles(indexer)} == {frozenset()}


def test_a_requested_sweep_reads_changed_files_first(indexer: Indexer, log: Log) -> None:
    indexer.run(log.stop, once=True)
    lose_tags(indexer, 3)
    assert isinstance(indexer.themes, Themes)
    indexer.themes.become(theme_of_words("armistice", "truce"))
    number = ask(indexer, "armistice")
    while indexer.step():
        pass
    assert answer(indexer, number).state == "done"
    assert {frozenset(article.themes) for article in stored_articles(indexer)} == {frozenset({"armistice"})}


def test_the_tags_of_a_theme_that_is_left_out_stay(indexer: Indexer, log: Log) -> None:
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    indexer.run(log.stop, once=True)
    assert isinstance(indexer.themes, Themes)
    indexer.themes.become()
    indexer.themes.left_out = frozenset({"truce"})
    while indexer.step():
        pass
    assert {article.themes for article in stored_articles(indexer)} == {frozenset({"truce"})}
    indexer.themes.become()
    indexer.themes.left_out = frozenset()
    while indexer.step():
        pass
    assert {article.themes for article in stored_articles(indexer)} == {frozenset()}


def test_a_request_with_an_unknown_engine_fails_and_the_indexer_continues(indexer: Indexer, log: Log) -> None:
    number = ask(indexer, "nonsense", work="rebuild")
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    assert indexer.run(log.stop, once=False) == {"indexed": 1}
    assert answer(indexer, number).state == "failed"
    assert '"nonsense" is not an engine address' in answer(indexer, number).message


def test_a_stopped_indexer_leaves_its_request_to_the_next_one(
    indexer: Indexer, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collect(indexer.pipeline.archive, "a", page_of(TALKS))
    indexer.run(log.stop, once=True)
    number = ask(indexer, f"tantivy:{tmp_path / 'other'}", work="rebuild")
    log.stop.clear()

    def stop_when_rebuilding(doing: str, trouble: str) -> None:
        if "rebuilding" in doing:
            log.stop.set()

    with monkeypatch.context() as hearing:
        hearing.setattr(indexer, "say", stop_when_rebuilding)
        indexer.run(log.stop, once=False)
    assert answer(indexer, number).state == "running"
    log.stop.clear()
    indexer.run(log.stop, once=False)
    assert answer(indexer, number).state == "done"


def test_a_cancelled_rebuild_ends_and_the_indexer_continues(
    indexer: Indexer, log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = indexer.pipeline.archive
    collect(archive, "a", page_of(TALKS))
    indexer.run(log.stop, once=True)
    number = ask(indexer, f"tantivy:{tmp_path / 'other'}", work="rebuild")
    log.stop.clear()

    def cancel_when_rebuilding(doing: str, trouble: str) -> None:
        if "rebuilding" in doing:
            with archive.database.write() as connection:
                requests.cancel(connection, number)

    with monkeypatch.context() as hearing:
        hearing.setattr(indexer, "say", cancel_when_rebuilding)
        indexer.step()
    assert answer(indexer, number).state == "cancelled"
    collect(archive, "b", page_of(TALKS.replace("talks", "envoys")))
    indexer.run(log.stop, once=True)
    assert len(stored_articles(indexer)) == 2


def test_old_articles_are_pruned_on_request_while_others_are_collected(indexer: Indexer, log: Log) -> None:
    archive = indexer.pipeline.archive
    collect(archive, "old", page_of(TALKS), at=NOON - timedelta(days=60))
    recent = collect(archive, "recent", page_of(TALKS), at=NOON)
    indexer.run(log.stop, once=True)
    number = ask(indexer, (NOON - timedelta(days=30)).isoformat(), work="prune")
    later = collect(archive, "later", page_of(TALKS), at=NOON)
    log.stop.clear()
    indexer.run(log.stop, once=True)
    assert answer(indexer, number).state == "done"
    assert answer(indexer, number).message.startswith("1 article and 1 page")
    assert {article.id for article in stored_articles(indexer)} == {recent, later}


def test_an_index_that_lost_articles_is_filled_again_without_being_asked(indexer: Indexer, log: Log) -> None:
    archive, engine = indexer.pipeline.archive, indexer.pipeline.engine
    ids = [collect(archive, str(number), page_of(f"{number}. {TALKS}", f"Talks {number}")) for number in range(3)]
    indexer.run(Event(), once=True)
    engine.delete(ids[:2])
    indexer.counted = None
    indexer.run(Event(), once=True)
    assert sorted(one.id for one in engine.scan(Everything())) == sorted(ids)
    assert indexer.filled == 2
    assert ("filling the index from the archive: 2 of 2", "") in log.lines


def test_filling_the_index_can_be_stopped_and_resumed(indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indexer.jobs.pipeline.BATCH", 1)
    archive, engine = indexer.pipeline.archive, indexer.pipeline.engine
    ids = [collect(archive, str(number), page_of(f"{number}. {TALKS}", f"Talks {number}")) for number in range(3)]
    indexer.run(Event(), once=True)
    engine.delete(ids)
    indexer.counted, stop = None, Event()
    say = indexer.say

    def stopping(doing: str, trouble: str) -> None:
        say(doing, trouble)
        if doing.startswith("filling"):
            stop.set()

    indexer.say = stopping
    indexer.run(stop, once=False)
    assert engine.count(Everything()) == 1
    indexer.say = say
    indexer.run(Event(), once=True)
    assert engine.count(Everything()) == 3
