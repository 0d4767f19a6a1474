"""The demonstration's folder starts afresh every day, and knows on which days a source was silent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from config.errors import ParleyError
from crawler.archive import feed_hours
from crawler.archive.archive import make_archive, open_archive
from crawler.presence import only_one
from monitor.demo.content import load_content
from monitor.demo.folder import plant_polls, start_afresh
from monitor.demo.newsroom import DAYS, SILENCES
from monitor.demo.sources import demo_sources

TODAY = date(2026, 11, 23)
CONTENT = load_content(TODAY)


def test_what_another_day_collected_is_deleted_and_the_configuration_kept(tmp_path: Path) -> None:
    start_afresh(tmp_path, CONTENT)
    make_archive(tmp_path)
    (tmp_path / "index").mkdir()
    (tmp_path / "config").mkdir()
    start_afresh(tmp_path, CONTENT)
    assert (tmp_path / "parley.db").exists()
    start_afresh(tmp_path, load_content(TODAY + timedelta(days=1)))
    assert not list(tmp_path.glob("*.db*"))
    assert not (tmp_path / "index").exists()
    assert (tmp_path / "config").exists()


def test_nothing_is_deleted_while_a_demonstration_runs(tmp_path: Path) -> None:
    make_archive(tmp_path)
    with only_one(tmp_path, "crawler"), pytest.raises(ParleyError, match="already running"):
        start_afresh(tmp_path, CONTENT)
    assert (tmp_path / "parley.db").exists()


def test_the_planted_polls_have_the_silences_of_the_sources_and_no_others(tmp_path: Path) -> None:
    sources = demo_sources(CONTENT.outlets.values())
    for _ in range(2):  # the demonstration is started twice
        plant_polls(tmp_path, CONTENT, sources)
    archive = open_archive(tmp_path)
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    with archive.database.read() as connection:
        hours = feed_hours.between(connection, midnight - timedelta(days=DAYS), midnight)
    archive.close()
    assert len(hours) == len(CONTENT.outlets) - 1  # one feed never worked
    silent = {
        feed.partition("/")[0]: [(midnight - one.start).days for one in history.silences if one.end]
        for feed, history in hours.items()
    }
    assert {source: days for source, days in silent.items() if days} == {
        source: [max(days) for days in spans] for source, spans in SILENCES.items()
    }
