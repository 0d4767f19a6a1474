"""Nothing is deleted for its age by a clock that jumped ahead, until it has gone on for a day or a person confirmed it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import clock, fetches
from crawler.archive.database import Database
from tests.support.builders import fetched
from tests.support.collected import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "parley.db")


def see(database: Database, *moments: datetime) -> list[bool]:
    """Let maintenance see these times, and return whether each was believed."""
    answers = []
    for moment in moments:
        with database.write() as connection:
            answers.append(clock.is_believed(connection, moment))
    return answers


def jump(database: Database) -> str:
    with database.read() as connection:
        known = clock.look(connection)
    return known.jump if known else ""


def test_a_clock_that_goes_on_is_believed(database: Database) -> None:
    assert see(database, *(NOON + n * 6 * HOUR for n in range(40))) == [True] * 40
    assert see(database, NOON + 11 * DAY) == [True]


@pytest.mark.parametrize("days", [3, 40, 400, 4_000])
def test_a_jump_ahead_is_named_and_believed_after_the_clock_has_gone_on_for_a_day(
    database: Database, days: int
) -> None:
    later = NOON + days * DAY
    assert see(database, NOON, later, later + 6 * HOUR, later + 23 * HOUR) == [True, False, False, False]
    assert f"jumped ahead by {days:,} days, from 2026-03-01 12:00" in jump(database)
    assert see(database, later + 25 * HOUR, later + 26 * HOUR) == [True, True]
    assert jump(database) == ""


def test_a_jump_that_is_taken_back_leaves_no_trace(database: Database) -> None:
    assert see(database, NOON, NOON + 400 * DAY, NOON + HOUR, NOON + 7 * HOUR) == [True, False, True, True]
    assert jump(database) == ""


def test_a_second_jump_waits_again(database: Database) -> None:
    later = NOON + 40 * DAY
    assert see(database, NOON, later, later + 40 * DAY, later + 40 * DAY + 23 * HOUR) == [True, False, False, False]
    assert see(database, later + 41 * DAY) == [True]


def test_a_clock_set_back_is_believed_and_waits_when_it_returns(database: Database) -> None:
    assert see(database, NOON, NOON - 400 * DAY, NOON) == [True, True, False]


def test_a_person_can_confirm_the_clock(database: Database) -> None:
    see(database, NOON, NOON + 40 * DAY)
    with database.write() as connection:
        clock.confirm(connection, NOON + 40 * DAY)
    assert see(database, NOON + 40 * DAY + HOUR) == [True]


def test_in_an_archive_of_an_earlier_version_the_last_poll_counts(database: Database) -> None:
    with database.write() as connection:
        fetches.record(connection, fetched("a/1", NOON))
    with database.read() as connection:
        assert clock.doubt(connection, NOON + DAY) == ""
        assert "400 days" in clock.doubt(connection, NOON + 400 * DAY)
    assert see(database, NOON + 400 * DAY) == [False]


def test_a_new_archive_believes_its_first_clock(database: Database) -> None:
    assert see(database, NOON) == [True]
