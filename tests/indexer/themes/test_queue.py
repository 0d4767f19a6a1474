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
from indexer.themes.sweep import AT_ONCE, NO_DIFFERENCE, difference
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


def test_a_sweep_is_taken_in_parts_and_its_change_is_recorded(archive: Archive, engine: Engine) -> None:
    fill(engine, *(article(serial=number, title="truce") for number in range(1, AT_ONCE + 501)))
    fill(engine, article(serial=9_000, title="peace", themes=frozenset({"truce", "gone"})))
    sweeps, truce = Sweeps(archive.database), theme_of_words("truce", "truce")
    sweeps.follow([truce], NOON)
    assert sweeps.work(engine, NOON)
    assert sweeps.doing == "sweeping truce: 1,000 of 1,501 articles"
    assert work_off(sweeps, engine) == 3  # 500 more, the one that loses the tag, and the tag of a theme that is gone
    assert (sweeps.due, sweeps.doing) == (frozenset(), "")
    assert difference(engine, truce) == NO_DIFFERENCE
    assert engine.get([article(serial=9_000).id])[article(serial=9_000).id].themes == frozenset()
    with archive.database.read() as connection:
        (version,) = history(connection, "truce")
    assert (version.added, version.removed, version.articles, version.swept) == (1_500, 1, 1_500, NOON)


def test_a_sweep_that_was_killed_is_resumed_and_keeps_its_count(archive: Archive, engine: Engine) -> None:
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


def test_what_is_true_is_not_swept_again_until_the_theme_changes(archive: Archive, engine: Engine) -> None:
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


class Refusing:
    """An engine that does not answer what holds the word; everything else is the real one."""

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


def test_a_theme_no_engine_answers_is_named_and_the_others_are_swept(archive: Archive, engine: Engine) -> None:
    fill(engine, article(serial=1, title="truce"))
    sweeps, truce = Sweeps(archive.database), theme_of_words("truce", "truce")
    sweeps.follow([theme_of_words("all", "wide"), truce], NOON)
    work_off(sweeps, cast(Engine, Refusing(engine, QueryTooBroad("too much"))))
    assert sweeps.troubles == {"all": "theme all cannot be swept: too much"}
    assert difference(engine, truce) == NO_DIFFERENCE


def test_a_sweep_waits_for_an_engine_that_is_down(archive: Archive, engine: Engine) -> None:
    fill(engine, article(serial=1, title="wide"))
    down = Refusing(engine, EngineUnavailable("down"))
    sweeps = Sweeps(archive.database)
    sweeps.follow([theme_of_words("all", "wide")], NOON)
    with pytest.raises(EngineUnavailable):
        sweeps.work(cast(Engine, down), NOON)
    assert sweeps.due == {"all"}
    down.answer()
    assert work_off(sweeps, cast(Engine, down)) == 1
