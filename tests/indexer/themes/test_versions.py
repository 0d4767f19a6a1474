from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.archive.archive import open_archive
from crawler.archive.database import Database
from indexer.themes.sweep import Difference
from indexer.themes.versions import begin_sweep, finish_sweep, history, latest_versions, record_version
from tests.support.collected import NOON

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    archive = open_archive(tmp_path)
    yield archive.database
    archive.close()


def test_a_version_is_recorded_when_the_digest_differs_from_the_newest(database: Database) -> None:
    with database.write() as connection:
        numbers = [record_version(connection, "truce", digest, digest, NOON) for digest in ("a", "a", "b", "a", "a")]
        record_version(connection, "arms", "a", "a", LATER)
        assert numbers == [1, 1, 2, 3, 3]
        assert [version.definition for version in history(connection, "truce")] == ["a", "b", "a"]
        newest = latest_versions(connection)
        assert {id: (one.version, one.recorded) for id, one in newest.items()} == {
            "truce": (3, NOON),
            "arms": (1, LATER),
        }
        assert history(connection, "never-seen") == []


def test_a_version_records_what_its_first_sweep_changed(database: Database) -> None:
    with database.write() as connection:
        record_version(connection, "truce", "a", "a", NOON)
        before = latest_versions(connection)["truce"]
        begin_sweep(connection, "truce", 1, Difference(412, 37), NOON)
        running = latest_versions(connection)["truce"]
        begin_sweep(connection, "truce", 1, Difference(12, 0), LATER)  # resumed after a kill
        finish_sweep(connection, "truce", 1, 4_000, LATER)
        begin_sweep(connection, "truce", 1, Difference(9, 9), LATER)  # a lost index was refilled
        finish_sweep(connection, "truce", 1, 5_000, LATER + timedelta(hours=1))
        swept = latest_versions(connection)["truce"]
    assert (before.added, before.removed, before.swept, before.articles) == (None, None, None, None)
    assert (running.added, running.removed, running.swept) == (412, 37, None)
    assert (swept.added, swept.removed, swept.swept, swept.articles) == (412, 37, LATER, 4_000)
