"""The outbox loses no message, sends each once where nothing fails, and remembers over restarts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive import clock
from crawler.archive.archive import open_archive
from crawler.archive.database import Database
from monitor.alerts import outbox
from monitor.documents.alerts import AlertMessageDocument

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_archive(tmp_path).database


def message(key: str) -> AlertMessageDocument:
    return AlertMessageDocument(
        type="parley.alert",
        key=key,
        rule="truce",
        title="Truce",
        at=NOW,
        occasion="event",
        events=(),
        left_out=0,
        remarks=(),
    )


def put(database: Database, *keys: str, channels: tuple[str, ...] = ("desk",)) -> None:
    with database.write() as connection:
        outbox.record(connection, "truce", "print", "{}", [message(key) for key in keys], channels)


def waiting(database: Database, now: datetime = NOW) -> list[outbox.Delivery]:
    with database.write() as connection:
        return outbox.take_due(connection, now)


def fail(database: Database, now: datetime, *, wait: timedelta | None = None) -> None:
    for delivery in waiting(database, now):
        with database.write() as connection:
            outbox.mark_failed(connection, delivery, now, "answered with status 500", wait)


def test_a_failure_of_a_clock_that_was_ahead_holds_nothing_up(database: Database) -> None:
    put(database, "a")
    fail(database, NOW + 365 * DAY)
    put(database, "b")
    assert [one.message.key for one in waiting(database)] == ["a", "b"]


def test_a_message_is_due_once_for_each_channel_until_it_was_sent(database: Database) -> None:
    put(database, "a", channels=("desk", "hook"))
    assert [one.channel for one in waiting(database)] == ["desk", "hook"]
    first = waiting(database)[0]
    with database.write() as connection:
        outbox.mark_sent(connection, first, NOW)
    assert [one.channel for one in waiting(database)] == ["hook"]


def test_what_waits_for_one_channel_does_not_hide_the_messages_of_another(database: Database) -> None:
    put(database, *map(str, range(130)), channels=("slow",))
    put(database, "a", "b", channels=("desk",))
    assert [one.message.key for one in waiting(database) if one.channel == "desk"] == ["a", "b"]
    assert [one.message.key for one in waiting(database) if one.channel == "slow"] == [*map(str, range(100))]


def test_the_same_message_is_recorded_once(database: Database) -> None:
    put(database, "a", "b", "a")
    put(database, "b")
    assert [one.message.key for one in waiting(database)] == ["a", "b"]


def test_a_failed_message_waits_longer_each_time_up_to_an_hour(database: Database) -> None:
    put(database, "a")
    now, waits = NOW, []
    for _ in range(12):
        fail(database, now)
        begin = now
        while not waiting(database, now):
            now += timedelta(seconds=30)
        waits.append((now - begin) // timedelta(seconds=30))
    assert waits == [1, 2, 4, 8, 16, 32, 64, *[120] * 5]


def test_a_channel_that_asks_for_a_pause_gets_it_up_to_an_hour(database: Database) -> None:
    put(database, "a")
    fail(database, NOW, wait=10 * MINUTE)
    assert (waiting(database, NOW + 9 * MINUTE), len(waiting(database, NOW + 10 * MINUTE))) == ([], 1)
    fail(database, NOW + 10 * MINUTE, wait=30 * DAY)
    assert len(waiting(database, NOW + 10 * MINUTE + HOUR)) == 1


def test_what_waits_for_a_channel_is_due_as_soon_as_it_works_again(database: Database) -> None:
    put(database, "a", "b")
    for _ in range(8):
        fail(database, NOW)
        fail(database, NOW + 2 * HOUR)
    first = waiting(database, NOW + 4 * HOUR)[0]
    with database.write() as connection:
        outbox.mark_sent(connection, first, NOW + 4 * HOUR)
    assert [one.message.key for one in waiting(database, NOW + 4 * HOUR)] == ["b"]


def minutes_of_attempts(database: Database, length: timedelta, accepts: Callable[[str], bool]) -> dict[str, list[int]]:
    """Let rounds of ten seconds pass as the courier does, and return channel → minutes of attempts.

    Args:
        accepts: whether a delivery to this channel, or of a message with this key, is accepted.
    """
    attempts: dict[str, list[int]] = {}
    for seconds in range(0, int(length.total_seconds()), 10):
        now = NOW + timedelta(seconds=seconds)
        failed: set[str] = set()
        for delivery in sorted(waiting(database, now), key=lambda one: (one.attempts, one.number)):
            if delivery.channel in failed:
                continue
            attempts.setdefault(delivery.channel, []).append(seconds // 60)
            with database.write() as connection:
                if accepts(delivery.channel) and accepts(delivery.message.key):
                    outbox.mark_sent(connection, delivery, now)
                else:
                    failed.add(delivery.channel)
                    outbox.mark_failed(connection, delivery, now, "answered with status 500")
    return attempts


def test_a_channel_that_fails_is_asked_less_and_less_however_much_waits_for_it(database: Database) -> None:
    put(database, *map(str, range(60)), channels=("down",))
    put(database, *(f"other {number}" for number in range(9)), channels=("desk",))
    attempts = minutes_of_attempts(database, 4 * HOUR, lambda name: name != "down")
    assert attempts["desk"] == [0] * 9
    assert attempts["down"] == [0, 0, 1, 2, 4, 8, 16, 32, 64, 124, 184]


def test_a_new_message_does_not_end_the_pause_of_a_channel_that_fails(database: Database) -> None:
    put(database, "a")
    fail(database, NOW)
    put(database, "b")
    assert waiting(database, NOW + timedelta(seconds=20)) == []
    assert len(waiting(database, NOW + timedelta(seconds=30))) == 2


def test_a_message_that_is_never_accepted_holds_up_no_other_for_long(database: Database) -> None:
    put(database, "poison", *"abcdef")
    minutes_of_attempts(database, 2 * MINUTE, lambda name: name != "poison")
    with database.read() as connection:
        standing = outbox.standings(connection)["desk"]
    assert (standing.waiting, standing.failing_since) == (1, None)
    put(database, "g")
    now = NOW + 10 * MINUTE
    assert "g" in [one.message.key for one in waiting(database, now)]
    for hours in range(outbox.GIVE_UP_ATTEMPTS):
        fail(database, NOW + 8 * DAY + hours * 2 * HOUR)
    left = [one.message.key for one in waiting(database, NOW + 30 * DAY)]
    assert left == ["g"]  # the other is given up, although some went through meanwhile


def progress(database: Database) -> outbox.Progress:
    with database.read() as connection:
        [(number, _)] = outbox.newest(connection, 10)
        [one] = outbox.progress(connection, [number])[number]
    return one


def test_a_message_is_given_up_after_seven_days_of_failures(database: Database) -> None:
    put(database, "a")
    for hours in range(outbox.GIVE_UP_ATTEMPTS):
        fail(database, NOW + hours * 2 * HOUR)
    assert not progress(database).given_up
    fail(database, NOW + 8 * DAY)
    assert waiting(database, NOW + 30 * DAY) == []
    given_up = progress(database)
    assert given_up.given_up
    assert (given_up.attempts, given_up.detail) == (outbox.GIVE_UP_ATTEMPTS + 1, "answered with status 500")


def test_a_machine_that_slept_for_a_week_does_not_give_up_what_it_hardly_tried(database: Database) -> None:
    put(database, "a")
    fail(database, NOW)
    fail(database, NOW + 8 * DAY)
    assert not progress(database).given_up
    assert len(waiting(database, NOW + 9 * DAY)) == 1


def test_nothing_is_given_up_while_the_clock_is_not_believed(database: Database) -> None:
    put(database, "a")
    for hours in range(outbox.GIVE_UP_ATTEMPTS):
        fail(database, NOW + hours * 2 * HOUR)
    with database.write() as connection:
        clock.confirm(connection, NOW + 2 * DAY)
    fail(database, NOW + 400 * DAY)
    assert not progress(database).given_up
    with database.write() as connection:
        clock.confirm(connection, NOW + 401 * DAY)
    fail(database, NOW + 401 * DAY)
    assert progress(database).given_up


def test_a_channel_is_named_when_it_has_failed_for_a_day(database: Database) -> None:
    put(database, "a", "b")
    fail(database, NOW)
    with database.read() as connection:
        assert outbox.failures(connection, NOW + 23 * HOUR) == []
        [sentence] = outbox.failures(connection, NOW + 24 * HOUR)
    assert "channel desk fails since 2026-11-20 08:00 UTC (answered with status 500), and 2 messages wait" in sentence


def test_a_damaged_message_is_given_up_and_stops_no_other(database: Database) -> None:
    put(database, "a", "b")
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alert_messages SET document = 'x' WHERE key = 'a'")
    assert [one.message.key for one in waiting(database)] == ["b"]


def test_a_snooze_is_kept_apart_from_what_a_rule_remembers(database: Database) -> None:
    with database.write() as connection:
        outbox.snooze(connection, "truce", NOW + DAY)
    put(database)
    with database.write() as connection:
        assert outbox.remembered(connection)["truce"] == outbox.Remembered("print", "{}", NOW + DAY)
        outbox.snooze(connection, "truce", None)
        assert outbox.remembered(connection)["truce"].snoozed_until is None
