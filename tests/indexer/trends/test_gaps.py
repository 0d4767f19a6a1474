"""Gaps in collecting, from when feeds delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from config.sources import Feed
from crawler.archive.feed_hours import FeedHours, Silence
from indexer.trends.gaps import Coverage, Gap, Panel

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
NOW = FIRST + 10 * DAY
DAYS = [FIRST + number * DAY for number in range(11)]


def feed(id: str, *, every: timedelta = HOUR / 4, enabled: bool = True) -> Feed:
    return Feed(
        id=id,
        source=id.partition("/")[0],
        url=f"https://{id}",
        kind="feed",
        every=every.total_seconds(),
        enabled=enabled,
    )


def delivered(*hours: float, first: float = -100) -> FeedHours:
    """Return feed hours with silences between pairs of hours after the first midnight; an odd one out has not ended."""
    ends: list[float | None] = [*hours, None] if len(hours) % 2 else [*hours]
    silences = [
        Silence(FIRST + start * HOUR, None if end is None else FIRST + end * HOUR)
        for start, end in zip(ends[::2], ends[1::2], strict=True)
        if start is not None
    ]
    return FeedHours(FIRST + first * HOUR, tuple(silences))


def coverage(
    known: dict[str, FeedHours], feeds: Sequence[Feed] | None = None, edges: list[datetime] = DAYS, now: datetime = NOW
) -> Coverage:
    return Coverage(edges, known, [feed(id) for id in known] if feeds is None else feeds, now)


def silent_days(found: Coverage) -> list[int]:
    return [number for number, gaps in enumerate(found.gaps()) if gaps]


def test_a_day_without_a_delivery_is_a_gap_of_its_source() -> None:
    gaps = coverage({"outlet/news": delivered(30, 75)}).gaps()
    assert [bool(found) for found in gaps] == [False, False, True, *[False] * 7]
    assert gaps[2] == (Gap("outlet", ("outlet/news",), whole=True),)


def test_a_silence_within_a_day_that_delivered_is_none() -> None:
    assert silent_days(coverage({"outlet/news": delivered(25, 47)})) == []


def test_a_feed_that_is_seldom_polled_is_not_silent_in_between() -> None:
    known = {"outlet/weekly": delivered(5, 5 + 7 * 24 - 1)}
    assert silent_days(coverage(known, [feed("outlet/weekly", every=7 * DAY)])) == []
    assert silent_days(coverage(known, [feed("outlet/weekly", every=HOUR)])) == [1, 2, 3, 4, 5, 6]


def test_a_feed_is_no_gap_before_it_first_delivered() -> None:
    found = coverage({"old/news": delivered(), "outlet/news": delivered(first=80)})
    assert silent_days(found) == []


def test_a_feed_that_has_not_come_back_is_a_gap_up_to_now_and_not_beyond() -> None:
    edges = [*DAYS, NOW + DAY, NOW + 2 * DAY]
    found = coverage({"outlet/news": delivered(7 * 24)}, edges=edges, now=NOW + HOUR)
    assert silent_days(found) == [7, 8, 9, 10]


@pytest.mark.parametrize("feeds", [[], [feed("outlet/news", enabled=False)]])
def test_a_feed_that_is_watched_no_longer_has_ended_and_is_no_gap(feeds: list[Feed]) -> None:
    found = coverage({"outlet/news": delivered(7 * 24), "other/news": delivered()}, [*feeds, feed("other/news")])
    assert silent_days(found) == []
    assert found.panel(["outlet", "other"]) == Panel(frozenset({"other"}), {"outlet": "ended"})


def test_a_feed_that_was_switched_off_for_a_time_did_not_deliver_then() -> None:
    assert silent_days(coverage({"outlet/news": delivered(24, 72)}, [])) == [1, 2]


def test_a_source_of_two_feeds_is_wholly_silent_only_when_both_are() -> None:
    gaps = coverage({"outlet/a": delivered(24, 96), "outlet/b": delivered(48, 72)}).gaps()
    assert gaps[1] == (Gap("outlet", ("outlet/a",), whole=False),)
    assert gaps[2] == (Gap("outlet", ("outlet/a", "outlet/b"), whole=True),)
    assert gaps[3] == (Gap("outlet", ("outlet/a",), whole=False),)


def test_sources_that_delivered_throughout_are_the_panel() -> None:
    found = coverage(
        {
            "steady/news": delivered(),
            "partly/a": delivered(24, 96),
            "partly/b": delivered(),
            "broken/news": delivered(24, 48),
            "young/news": delivered(first=50),
        }
    )
    assert found.panel(["steady", "partly", "broken", "young", "imported"]) == Panel(
        frozenset({"steady", "partly"}), {"broken": "silent", "young": "new", "imported": "unknown"}
    )


def test_days_on_which_the_crawler_did_not_work_keep_nobody_out() -> None:
    found = coverage({"a/news": delivered(24, 96), "b/news": delivered(20, 100)})
    assert silent_days(found) == [1, 2, 3]
    assert found.panel(["a", "b"]).sources == {"a", "b"}


def test_days_before_there_was_a_history_keep_nobody_out() -> None:
    found = coverage({"a/news": delivered(first=100), "b/news": delivered(first=110)})
    assert found.panel(["a", "b"]).sources == {"a", "b"}


def test_without_a_history_there_are_no_gaps_and_nobody_is_in_the_panel() -> None:
    found = coverage({})
    assert silent_days(found) == []
    assert found.panel(["a"]) == Panel(frozenset(), {"a": "unknown"})


WEEKS = [FIRST + number * 7 * DAY for number in range(3)]


def test_a_week_is_a_gap_when_more_than_a_tenth_of_its_days_are() -> None:
    known = {"outlet/news": delivered(50, 99), "other/news": delivered(first=-100)}
    assert silent_days(coverage(known)) == [3]
    assert coverage(known, edges=WEEKS, now=WEEKS[-1]).gaps() == [(Gap("outlet", ("outlet/news",), whole=True),), ()]
    assert coverage(known, edges=WEEKS, now=WEEKS[-1]).panel(["outlet", "other"]) == Panel(
        frozenset({"other"}), {"outlet": "silent"}
    )


def test_a_day_without_a_delivery_does_not_spoil_a_month_and_a_week_does() -> None:
    month = [FIRST, FIRST + 30 * DAY]
    assert silent_days(coverage({"outlet/news": delivered(50, 99)}, edges=month, now=month[1])) == []
    assert silent_days(coverage({"outlet/news": delivered(50, 50 + 7 * 24)}, edges=month, now=month[1])) == [0]


def test_a_month_that_runs_is_judged_by_its_days_so_far() -> None:
    month = [FIRST, FIRST + 30 * DAY]
    known = {"outlet/news": delivered(50), "other/news": delivered()}
    assert silent_days(coverage(known, edges=month, now=FIRST + 4 * DAY)) == [0]


def test_feeds_of_one_source_that_take_turns_leave_it_whole() -> None:
    known = {"outlet/a": delivered(20, 60), "outlet/b": delivered(90, 140)}
    [first, _] = coverage(known, edges=WEEKS, now=WEEKS[-1]).gaps()
    assert first == (Gap("outlet", ("outlet/a", "outlet/b"), whole=False),)


def test_gaps_equal_brute_force() -> None:
    random = Random(3)
    edges = sorted({FIRST + random.randrange(240) * HOUR for _ in range(60)})
    for _ in range(50):
        hours = sorted(random.sample(range(240), random.randrange(3, 40)))
        pairs = [(a + 1, b) for a, b in pairwise(hours) if b > a + 1]
        known = delivered(*(hour for pair in pairs for hour in pair), hours[-1] + 1, first=hours[0])
        found = coverage({"a/news": known}, [feed("a/news", every=HOUR)], edges).gaps()
        for (start, end), gaps in zip(pairwise(edges), found, strict=True):
            assert bool(gaps) == is_silent(hours, (start - FIRST) // HOUR, (end - FIRST) // HOUR)


def is_silent(hours: list[int], start: int, end: int) -> bool:
    """Say whether a bucket of whole hours lies in a silence of more than three hours."""
    before, after = [hour for hour in hours if hour < start], [hour for hour in hours if hour >= start]
    following = after[0] if after else 240
    return bool(before) and following >= end and following - (before[-1] + 1) > 3
