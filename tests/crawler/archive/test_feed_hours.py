"""When feeds delivered, and the silences in between."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from crawler.archive import feed_hours, fetches
from crawler.archive.archive import Archive, open_archive
from crawler.archive.feed_hours import FeedHours, Silence
from crawler.outcomes import Outcome
from tests.support.builders import fetched

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    opened = open_archive(tmp_path)
    yield opened
    opened.close()


def poll(archive: Archive, hour: float, outcome: str = Outcome.READ, feed: str = "outlet/news") -> None:
    """Record a poll this many hours after midnight."""
    fetch = fetched(feed, MIDNIGHT + hour * HOUR, outcome)
    with archive.database.write() as connection:
        fetches.record(connection, fetch)


def known(archive: Archive, since: float = 0, until: float = 48) -> dict[str, FeedHours]:
    """Return the hours of every feed between two hours after midnight."""
    with archive.database.read() as connection:
        return feed_hours.between(connection, MIDNIGHT + since * HOUR, MIDNIGHT + until * HOUR)


def silence(start: float, end: float | None) -> Silence:
    return Silence(MIDNIGHT + start * HOUR, None if end is None else MIDNIGHT + end * HOUR)


def test_hours_between_polls_that_delivered_are_silences(archive: Archive) -> None:
    for hour in (2.5, 2.75, 3.1, 7.9):
        poll(archive, hour)
    assert known(archive) == {
        "outlet/news": FeedHours(MIDNIGHT + 2 * HOUR, (silence(4, 7), silence(8, None))),
    }


def test_a_response_without_new_entries_is_a_delivery_but_a_failure_is_not(archive: Archive) -> None:
    assert {Outcome.READ, Outcome.UNCHANGED} == fetches.COMPLETE
    poll(archive, 1)
    poll(archive, 2, Outcome.UNCHANGED)
    poll(archive, 3, "server_error")
    poll(archive, 4, "timeout")
    poll(archive, 5)
    assert known(archive)["outlet/news"].silences == (silence(3, 5), silence(6, None))


def test_a_feed_that_never_delivered_is_not_known(archive: Archive) -> None:
    poll(archive, 1, "not_found")
    assert known(archive) == {}


def test_a_silence_extends_beyond_the_requested_range(archive: Archive) -> None:
    poll(archive, 1)
    poll(archive, 24 * 30)
    assert known(archive, 24 * 10, 24 * 20) == {
        "outlet/news": FeedHours(MIDNIGHT + HOUR, (silence(2, 24 * 30),)),
    }


def test_days_without_a_silent_hour_are_one_stretch(archive: Archive) -> None:
    for hour in range(24 * 3 + 5):
        poll(archive, hour)
    assert known(archive, 0, 24 * 9)["outlet/news"].silences == (silence(24 * 3 + 5, None),)


@pytest.mark.parametrize(
    ("missing", "in_part"),
    [((), ()), ((), (3,)), ((), (0, 3, 4)), ((), (8,)), ((4,), ()), ((4, 5), (3,)), ((3,), (4, 8)), ((1, 7), (0, 8))],
)
def test_days_with_a_silent_hour_stand_out_among_whole_ones(
    archive: Archive, missing: tuple[int, ...], in_part: tuple[int, ...]
) -> None:
    whole = [day for day in range(9) if day not in (*missing, *in_part)]
    with archive.database.write() as connection:
        feed_hours.note_days(connection, "outlet/news", [(MIDNIGHT + 24 * day * HOUR).date() for day in whole])
        feed_hours.note_days(connection, "outlet/other", [MIDNIGHT.date()])
    delivered = {24 * day + hour for day in whole for hour in range(24)} | {24 * day + 10 for day in in_part}
    for day in in_part:
        poll(archive, 24 * day + 10)
    starts = sorted(hour + 1 for hour in delivered if hour + 1 not in delivered)
    ends = [min((hour for hour in delivered if hour > start), default=None) for start in starts]
    assert known(archive, 0, 24 * 10)["outlet/news"].silences == tuple(map(silence, starts, ends))


def test_feeds_are_kept_apart(archive: Archive) -> None:
    poll(archive, 1, feed="a/news")
    poll(archive, 5, feed="b/news")
    assert {feed: delivery.first for feed, delivery in known(archive).items()} == {
        "a/news": MIDNIGHT + HOUR,
        "b/news": MIDNIGHT + 5 * HOUR,
    }


def test_silences_are_hours_without_a_poll(archive: Archive) -> None:
    random = Random(5)
    hours = sorted(random.sample(range(24 * 12), 60))
    for hour in hours:
        poll(archive, hour)
    silences = known(archive, 24 * 3, 24 * 9)["outlet/news"].silences
    quiet = {
        hour
        for each in silences
        for hour in range(24 * 12)
        if each.start <= MIDNIGHT + hour * HOUR < (each.end or each.start)
    }
    assert quiet & set(hours) == set()
    between = range(24 * 3, 24 * 9)
    assert quiet & set(between) == set(between) - set(hours)


def test_pruning_the_history_keeps_the_record_of_gaps(archive: Archive) -> None:
    poll(archive, 1)
    before = known(archive)
    with archive.database.write() as connection:
        assert fetches.prune(connection, MIDNIGHT + timedelta(days=800)) == 1
    assert known(archive) == before
