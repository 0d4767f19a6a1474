"""No source holds up the others: pages are taken in turn, results are stored as they come, and slow pages step back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import Archive, open_archive
from indexer.engine import Engine, open_engine
from indexer.extract.lanes import Lanes
from indexer.jobs import reading
from indexer.jobs.reading import Reading
from tests.support.collected import NOON, TALKS, collect, page_of
from tests.support.pipelines import in_lanes, work_until_done
from tests.support.readers import by_url


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


def test_results_are_stored_while_another_page_of_the_batch_is_being_extracted(
    archive: Archive, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STORE_EVERY", 0.0)
    with Lanes(2, 0.6, DEFAULT_MAX_BYTES, reader=by_url) as lanes:
        pipeline = in_lanes(archive, engine, lanes)
        states: list[dict[str, int]] = []
        finish_pages = archive.finish_pages

        def record(outcomes: Mapping[int, tuple[str, str]]) -> None:
            finish_pages(outcomes)
            states.append(archive.count_pages_by_state())

        monkeypatch.setattr(archive, "finish_pages", record)
        collect(archive, "spin", page_of(TALKS))
        collect(archive, "fine", page_of(TALKS), source="other")
        assert pipeline.work(NOON) == {"no_text": 1, "retried": 1}
        assert {"no_text": 1, "pending": 1} in states[:-1]


def test_a_page_that_ran_out_of_time_ends_in_the_slow_lane_and_others_do_not_wait_for_it(
    archive: Archive, engine: Engine
) -> None:
    with Lanes(1, 3.0, DEFAULT_MAX_BYTES, reader=by_url) as lanes:
        pipeline = in_lanes(archive, engine, lanes)
        collect(archive, "spin", page_of(TALKS))
        assert pipeline.work(NOON) == {"retried": 1}
        pipeline.work(NOON)
        assert pipeline.reading.is_busy
        collect(archive, "b/fine", page_of(TALKS))
        # Its source is slow now, so its pages come after the one that is being extracted; those of others do not.
        collect(archive, "c/fine", page_of(TALKS), source="other")
        assert pipeline.work(NOON) == {"no_text": 1}
        assert work_until_done(pipeline) == {"timed_out": 1, "no_text": 1}


def test_pages_are_taken_from_all_sources_in_turn(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 20)
    for number in range(30):
        collect(archive, f"many/{number}", page_of(TALKS), source="many")
    for number in range(3):
        collect(archive, f"few/{number}", page_of(TALKS), source="few")
    with Lanes(1, 20, DEFAULT_MAX_BYTES) as lanes:
        pages = Reading(archive, lanes).claim(NOON)
    assert len(pages) == reading.BATCH
    assert sum(page.source == "few" for page in pages) == 3


def test_one_page_shows_whether_a_source_is_slow_before_its_others_are_started(
    archive: Archive, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with Lanes(2, 0.6, DEFAULT_MAX_BYTES, reader=by_url) as lanes:
        pipeline = in_lanes(archive, engine, lanes)
        for number in range(4):
            collect(archive, f"{number}/spin", page_of(TALKS))
        assert pipeline.work(NOON) == {"retried": 1}
    assert [record.getMessage() for record in caplog.records] == ["source is slow", "page crashed"]
