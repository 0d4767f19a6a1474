"""Gaps in collection, computed from the hours in which feeds delivered."""

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


def feed_history(*hours: float, first: float = -100) -> FeedHours:
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


def silent_days(result: Coverage) -> list[int]:
    return [number for number, gaps in enumerate(result.gaps()) if gaps]


def test_a_day_without_a_delivery_is_a_gap_of_its_source() -> None:
    gaps = coverage({"outlet/news": feed_history(30, 75)}).gaps()
    assert [bool(gap) for gap in gaps] == [False, False, True, *[False] * 7]
    assert gaps[2] == (Gap("outlet", ("outlet/news",), whole=True),)


def test_a_silence_within_a_day_with_a_delivery_is_not_a_gap() -> None:
    assert silent_days(coverage({"outlet/news": feed_history(25, 47)})) == []


def test_a_rarely_polled_feed_is_not_silent_between_polls() -> None:
    known = {"outlet/weekly": feed_history(5, 5 + 7 * 24 - 1)}
    assert silent_days(coverage(known, [feed("outlet/weekly", every=7 * DAY)])) == []
    assert silent_days(coverage(known, [feed("outlet/weekly", every=HOUR)])) == [1, 2, 3, 4, 5, 6]


def test_there_is_no_gap_before_the_first_delivery_of_a_feed() -> None:
    result = coverage({"old/news": feed_history(), "outlet/news": feed_history(first=80)})
    assert silent_days(result) == []


def test_the_gap_of_a_feed_that_still_fails_ends_now() -> None:
    edges = [*DAYS, NOW + DAY, NOW + 2 * DAY]
    result = coverage({"outlet/news": feed_history(7 * 24)}, edges=edges, now=NOW + HOUR)
    assert silent_days(result) == [7, 8, 9, 10]


@pytest.mark.parametrize("feeds", [[], [feed("outlet/news", enabled=False)]])
def test_a_feed_that_is_no_longer_polled_has_ended_and_has_no_gap(feeds: list[Feed]) -> None:
    result = coverage({"outlet/news": feed_history(7 * 24), "other/news": feed_history()}, [*feeds, feed("other/news")])
    assert silent_days(result) == []
    assert result.panel(["outlet", "other"]) == Panel(frozenset({"other"}), {"outlet": "ended"})


def test_a_feed_that_was_temporarily_disabled_has_a_gap() -> None:
    assert silent_days(coverage({"outlet/news": feed_history(24, 72)}, [])) == [1, 2]


def test_a_source_with_two_feeds_is_silent_only_when_both_are() -> None:
    gaps = coverage({"outlet/a": feed_history(24, 96), "outlet/b": feed_history(48, 72)}).gaps()
    assert gaps[1] == (Gap("outlet", ("outlet/a",), whole=False),)
    assert gaps[2] == (Gap("outlet", ("outlet/a", "outlet/b"), whole=True),)
    assert gaps[3] == (Gap("outlet", ("outlet/a",), whole=False),)


def test_sources_that_delivered_throughout_are_the_panel() -> None:
    result = coverage(
        {
            "steady/news": feed_history(),
            "partly/a": feed_history(24, 96),
            "partly/b": feed_history(),
            "broken/news": feed_history(24, 48),
            "young/news": feed_history(first=50),
        }
    )
    assert result.panel(["steady", "partly", "broken", "young", "imported"]) == Panel(
        frozenset({"steady", "partly"}), {"broken": "silent", "young": "new", "imported": "unknown"}
    )


def test_days_without_a_running_crawler_exclude_no_source() -> None:
    result = coverage({"a/news": feed_history(24, 96), "b/news": feed_history(20, 100)})
    assert silent_days(result) == [1, 2, 3]
    assert result.panel(["a", "b"]).sources == {"a", "b"}


def test_days_before_the_recorded_history_exclude_no_source() -> None:
    result = coverage({"a/news": feed_history(first=100), "b/news": feed_history(first=110)})
    assert result.panel(["a", "b"]).sources == {"a", "b"}


def test_without_a_recorded_history_there_are_no_gaps_and_the_panel_is_empty() -> None:
    result = coverage({})
    assert silent_days(result) == []
    assert result.panel(["a"]) == Panel(frozenset(), {"a": "unknown"})


WEEKS = [FIRST + number * 7 * DAY for number in range(3)]


def test_a_week_is_a_gap_when_more_than_a_tenth_of_its_days_are() -> None:
    known = {"outlet/news": feed_history(50, 99), "other/news": feed_history(first=-100)}
    assert silent_days(coverage(known)) == [3]
    assert coverage(known, edges=WEEKS, now=WEEKS[-1]).gaps() == [(Gap("outlet", ("outlet/news",), whole=True),), ()]
    assert coverage(known, edges=WEEKS, now=WEEKS[-1]).panel(["outlet", "other"]) == Panel(
        frozenset({"other"}), {"outlet": "silent"}
    )


def test_a_week_without_a_delivery_is_a_gap_in_its_month_but_a_day_is_not() -> None:
    month = [FIRST, FIRST + 30 * DAY]
    assert silent_days(coverage({"outlet/news": feed_history(50, 99)}, edges=month, now=month[1])) == []
    assert silent_days(coverage({"outlet/news": feed_history(50, 50 + 7 * 24)}, edges=month, now=month[1])) == [0]


def test_the_current_month_is_judged_by_its_days_so_far() -> None:
    month = [FIRST, FIRST + 30 * DAY]
    known = {"outlet/news": feed_history(50), "other/news": feed_history()}
    assert silent_days(coverage(known, edges=month, now=FIRST + 4 * DAY)) == [0]


def test_feeds_of_a_source_that_deliver_alternately_leave_no_gap() -> None:
    known = {"outlet/a": feed_history(20, 60), "outlet/b": feed_history(90, 140)}
    [first, _] = coverage(known, edges=WEEKS, now=WEEKS[-1]).gaps()
    assert first == (Gap("outlet", ("outlet/a", "outlet/b"), whole=False),)


def test_gaps_equal_brute_force() -> None:
    random = Random(3)
    edges = sorted({FIRST + random.randrange(240) * HOUR for _ in range(60)})
    for _ in range(50):
        hours = sorted(random.sample(range(240), random.randrange(3, 40)))
        pairs = [(a + 1, b) for a, b in pairwise(hours) if b > a + 1]
        known = feed_history(*(hour for pair in pairs for hour in pair), hours[-1] + 1, first=hours[0])
        result = coverage({"a/news": known}, [feed("a/news", every=HOUR)], edges).gaps()
        for (start, end), gaps in zip(pairwise(edges), result, strict=True):
            assert bool(gaps) == is_silent(hours, (start - FIRST) // HOUR, (end - FIRST) // HOUR)


def is_silent(hours: list[int], start: int, end: int) -> bool:
    """Say whether a bucket of whole hours lies in a silence of more than three hours."""
    before, after = [hour for hour in hours if hour < start], [hour for hour in hours if hour >= start]
    following = after[0] if after else 240
    return bool(before) and following >= end and following - (before[-1] + 1) > 3
