"""An article that arrives late and was published first becomes the story, in the archive and in the engine."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import open_archive
from crawler.page import Hints
from indexer.copies.index import CopyIndex
from indexer.engine import open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.query.tree import Everything, Value
from indexer.themes.tagger import Tagger
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.themes import theme_of_words

HOUR = timedelta(hours=1)
COPIES = 5
_KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.indexer.jobs.test_late_stories import pipeline_in, lanes
left = int(sys.argv[2])
def count(*about):
    global left
    left -= about[2].startswith(("INSERT", "UPDATE", "DELETE"))
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
with lanes() as extracting:
    made = pipeline_in(Path(sys.argv[1]), extracting)
    event.listen(Engine, "before_cursor_execute", count)
    from tests.support.collected import NOON
    made.work(NOON)
"""


def lanes() -> Lanes:
    return Lanes(1, 20, DEFAULT_MAX_BYTES)


def pipeline_in(folder: Path, extracting: Lanes) -> Pipeline:
    archive = open_archive(folder)
    return Pipeline(
        archive=archive,
        engine=open_engine(f"tantivy:{folder / 'index'}", writable=True),
        reading=Reading(archive, extracting),
        copies=CopyIndex(30),
        tagger=Tagger([theme_of_words("truce", "truce")]),
    )


@pytest.fixture(scope="module")
def extracting() -> Iterator[Lanes]:
    with lanes() as opened:
        yield opened


@pytest.fixture
def pipeline(tmp_path: Path, extracting: Lanes) -> Iterator[Pipeline]:
    made = pipeline_in(tmp_path, extracting)
    yield made
    made.engine.close()
    made.archive.close()


def post(pipeline: Pipeline, name: str, *, published: int, collected: int) -> str:
    """Collect the same text under another title, published and collected so many hours after noon."""
    hints = Hints(title=f"Talks, says {name}", published=NOON + published * HOUR, published_precision="second")
    return collect(pipeline.archive, name, page_of(TALKS), at=NOON + collected * HOUR, hints=hints)


def collect_copies(pipeline: Pipeline) -> list[str]:
    return [post(pipeline, f"copy-{number}", published=number + 1, collected=30) for number in range(COPIES)]


def day_counts(pipeline: Pipeline) -> list[tuple[int, int]]:
    edges = [NOON + number * HOUR for number in range(COPIES + 2)]
    return [(count.articles, count.stories) for count in pipeline.engine.histogram(Everything(), edges)[""]]


def test_the_story_of_a_backlog_is_what_was_published_first(pipeline: Pipeline) -> None:
    ids = collect_copies(pipeline)
    wire = post(pipeline, "wire", published=0, collected=31)
    pipeline.work(NOON)
    stored = pipeline.engine.get([wire, *ids])
    assert {stored[id].copy_of for id in ids} == {wire}
    assert stored[wire].copy_of is None


def test_a_late_story_takes_over_the_copies_their_counts_and_tags(pipeline: Pipeline) -> None:
    ids = collect_copies(pipeline)
    pipeline.work(NOON)
    assert day_counts(pipeline) == [(0, 0), (1, 1), *[(1, 0)] * (COPIES - 1)]
    wire = post(pipeline, "wire", published=0, collected=31)
    pipeline.work(NOON)
    stored = pipeline.engine.get([wire, *ids])
    assert {stored[id].copy_of for id in ids} == {wire}
    assert all(article.themes == {"truce"} for article in stored.values())
    assert day_counts(pipeline) == [(1, 1), *[(1, 0)] * COPIES]
    assert pipeline.engine.tally(Everything(), "copy_of") == {wire: COPIES}
    assert pipeline.engine.count(Value("copy_of", frozenset(ids))) == 0


@pytest.mark.parametrize("statements", [1, 4, 7, 9, 12, 15])
def test_killed_while_a_late_story_takes_over_nothing_is_lost(
    tmp_path: Path, extracting: Lanes, statements: int
) -> None:
    before = pipeline_in(tmp_path, extracting)
    ids = collect_copies(before)
    before.work(NOON)
    wire = post(before, "wire", published=0, collected=31)
    before.engine.close()
    before.archive.close()
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path), str(statements)], check=False)
    assert killed.returncode == -signal.SIGKILL
    after = pipeline_in(tmp_path, extracting)
    after.archive.take_over_pages(after.reading.owner)
    after.work(NOON)
    stored = after.engine.get([wire, *ids])
    assert ({stored[id].copy_of for id in ids}, stored[wire].copy_of) == ({wire}, None)
    assert day_counts(after) == [(1, 1), *[(1, 0)] * COPIES]
    after.engine.close()
    after.archive.close()


def test_what_waits_for_the_engine_is_added_without_a_new_page(pipeline: Pipeline) -> None:
    (id, *_) = collect_copies(pipeline)
    pipeline.work(NOON)
    pipeline.engine.delete([id])
    with pipeline.archive.database.write() as connection:
        connection.exec_driver_sql("UPDATE articles SET waiting = 1")
    assert pipeline.work(NOON) == {}
    assert pipeline.engine.count(Everything()) == COPIES
