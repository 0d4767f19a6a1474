from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from config.errors import EngineUnavailable, QueryTooBroad
from crawler.archive.archive import Archive, open_archive
from indexer.engine import Engine, open_engine
from indexer.query.tree import Node
from indexer.themes.queue import Sweeps
from indexer.themes.sweep import AT_ONCE, NO_DIFFERENCE, count_differences
from indexer.themes.versions import history
from tests.support.builders import article
from tests.support.collected import NOON
from tests.support.engines import fill
from tests.support.themes import theme_of_words


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    yield opened
    opened.close()


def work_off(sweeps: Sweeps, engine: Engine) -> int:
    parts = 0
    while sweeps.work(engine, NOON):
        parts += 1
    return parts


def test_a_sweep_runs_in_parts_and_records_its_changes(archive: Archive, engine: Engine) -> None:
    fill(engine, *(article(serial=number, title="truce") for number in range(1, AT_ONCE + 501)))
    fill(engine, article(serial=9_000, title="peace", themes=frozenset({"truce", "gone"})))
    sweeps, truce = Sweeps(archive.database), theme_of_words("truce", "truce")
    sweeps.follow([truce], NOON)
    assert sweeps.work(engine, NOON)
    assert sweeps.doing == "sweeping truce: 1,000 of 1,501 articles"
    assert work_off(sweeps, engine) == 3  # 500 more, the article that loses the tag, and the tag of a removed theme
    assert (sweeps.due, sweeps.doing) == (frozenset(), "")
    assert count_differences(engine, truce) == NO_DIFFERENCE
    assert engine.get([article(serial=9_000).id])[article(serial=9_000).id].themes == frozenset()
    with archive.database.read() as connection:
        (version,) = history(connection, "truce")
    assert (version.added, version.removed, version.articles, version.swept) == (1_500, 1, 1_500, NOON)


def test_a_killed_sweep_resumes_and_keeps_its_counts(archive: Archive, engine: Engine) -> None:
    fill(engine, *(article(serial=number, title="truce") for number in range(1, AT_ONCE + 501)))
    killed, truce = Sweeps(archive.database), theme_of_words("truce", "truce")
    killed.follow([truce], NOON)
    killed.work(engine, NOON)
    resumed = Sweeps(archive.database)
    resumed.follow([truce], NOON)
    assert work_off(resumed, engine) == 1
    with archive.database.read() as connection:
        (version,) = history(connection, "truce")
    assert (version.added, version.articles) == (1_500, 1_500)


def test_a_swept_theme_is_not_swept_again_until_it_changes(archive: Archive, engine: Engine) -> None:
    fill(engine, article(serial=1, title="truce"), article(serial=2, title="armistice"))
    sweeps = Sweeps(archive.database)
    sweeps.follow([theme_of_words("truce", "truce"), theme_of_words("arms", "arms")], NOON)
    work_off(sweeps, engine)
    sweeps.follow([theme_of_words("truce", "truce", "armistice"), theme_of_words("arms", "arms")], NOON)
    assert sweeps.due == {"truce"}
    assert work_off(sweeps, engine) == 1
    sweeps.again(["arms"])
    assert sweeps.due == {"arms"}
    sweeps.again([])
    assert sweeps.due == {"arms", "truce"}
    assert work_off(sweeps, engine) == 0


class FailingEngine:
    """A real engine that fails on queries containing the word "wide"."""

    def __init__(self, engine: Engine, error: Exception) -> None:
        self._engine = engine
        self._error: Exception | None = error

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def count(self, node: Node) -> int:
        if "wide" in repr(node) and self._error:
            raise self._error
        return self._engine.count(node)

    def answer(self) -> None:
        self._error = None


def test_a_theme_that_is_too_broad_is_reported_and_the_others_are_swept(archive: Archive, engine: Engine) -> None:
    fill(engine, article(serial=1, title="truce"))
    sweeps, truce = Sweeps(archive.database), theme_of_words("truce", "truce")
    sweeps.follow([theme_of_words("all", "wide"), truce], NOON)
    work_off(sweeps, cast(Engine, FailingEngine(engine, QueryTooBroad("too much"))))
    assert sweeps.troubles == {"all": "theme all cannot be swept: too much"}
    assert count_differences(engine, truce) == NO_DIFFERENCE


def test_a_sweep_waits_for_an_engine_that_is_down(archive: Archive, engine: Engine) -> None:
    fill(engine, article(serial=1, title="wide"))
    down = FailingEngine(engine, EngineUnavailable("down"))
    sweeps = Sweeps(archive.database)
    sweeps.follow([theme_of_words("all", "wide")], NOON)
    with pytest.raises(EngineUnavailable):
        sweeps.work(cast(Engine, down), NOON)
    assert sweeps.due == {"all"}
    down.answer()
    assert work_off(sweeps, cast(Engine, down)) == 1
