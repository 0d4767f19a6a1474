from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.archive import open_archive
from crawler.archive.database import Database
from indexer.jobs.requests import ask, cancel, look_up, next_request, report
from tests.support.collected import NOON


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    archive = open_archive(tmp_path)
    yield archive.database
    archive.close()


def test_requests_are_taken_once_and_in_the_order_they_were_submitted(database: Database) -> None:
    with database.write() as connection:
        first, second = ask(connection, "rebuild", "", NOON), ask(connection, "rebuild", "tantivy:/x", NOON)
        taken = next_request(connection)
        assert taken is not None
        assert (taken.number, taken.state) == (first, "waiting")
        report(connection, first, "done", 1.0, "rebuilt")
        following = next_request(connection)
        assert following is not None
        assert (following.number, following.argument) == (second, "tantivy:/x")
        report(connection, second, "failed", 0.5, "the disk is full")
        assert next_request(connection) is None
        assert look_up(connection, second).message == "the disk is full"


def test_a_request_left_running_by_a_killed_indexer_is_resumed(database: Database) -> None:
    with database.write() as connection:
        number = ask(connection, "rebuild", "", NOON)
        report(connection, number, "running", 0.4)
        taken = next_request(connection)
    assert taken is not None
    assert (taken.number, taken.state, taken.progress) == (number, "running", 0.4)


def test_a_cancelled_request_is_not_taken_up_and_stays_cancelled(database: Database) -> None:
    with database.write() as connection:
        number, other = ask(connection, "rebuild", "", NOON), ask(connection, "prune", NOON.isoformat(), NOON)
        report(connection, number, "running", 0.4)
        cancel(connection, number)
        report(connection, number, "running", 0.5)
        assert look_up(connection, number).state == "cancelled"
        following = next_request(connection)
        assert following is not None
        assert following.number == other
        report(connection, other, "done", 1.0, "done")
        cancel(connection, other)
        assert look_up(connection, other).state == "done"
