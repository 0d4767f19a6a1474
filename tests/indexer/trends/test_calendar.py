"""The edges of buckets, in time zones with all kinds of clock changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import WrongArgument
from indexer.calendar import after, floor
from indexer.trends.calendar import Interval, edges_between

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe"),
    *("Asia/Beirut", "America/Havana", "America/Asuncion", "Pacific/Apia"),
)
HOUR = timedelta(hours=1)
LABELS: dict[Interval, Callable[[datetime], object]] = {
    "hour": lambda local: (local.date(), local.hour),
    "day": lambda local: local.date(),
    "week": lambda local: local.isocalendar()[:2],
    "month": lambda local: (local.year, local.month),
}
moments = st.integers(1_293_840_000, 1_893_456_000).map(
    lambda second: datetime.fromtimestamp(second, UTC)
)  # 2011 to 2029


def edges(since: str, until: str, interval: Interval, zone: str) -> list[datetime]:
    """Return the edges of a range given in local time, in UTC."""
    at = ZoneInfo(zone)
    start, end = (datetime.fromisoformat(text).replace(tzinfo=at) for text in (since, until))
    return [edge.astimezone(UTC) for edge in edges_between(start, end, interval, at)]


def hours(edges: list[datetime]) -> list[float]:
    """Return how long each bucket is."""
    return [(end - start) / HOUR for start, end in pairwise(edges)]


@given(moment=moments, zone=st.sampled_from(ZONES), interval=st.sampled_from(get_args(Interval)))
def test_a_bucket_contains_its_moment_and_only_moments_with_the_same_label(
    moment: datetime, zone: str, interval: Interval
) -> None:
    local = moment.astimezone(ZoneInfo(zone))
    start = floor(local, interval)
    end = after(start, interval)
    assert start.astimezone(UTC) <= moment < end.astimezone(UTC)
    label = LABELS[interval]
    last = (end.astimezone(UTC) - timedelta(microseconds=1)).astimezone(local.tzinfo)
    assert floor(last, interval).astimezone(UTC) == start.astimezone(UTC)
    if interval != "hour":  # where clocks go back, one hour of the day is shown twice, in two buckets
        assert label(last) == label(local) == label(start.astimezone(UTC).astimezone(local.tzinfo))
        before = (start.astimezone(UTC) - timedelta(microseconds=1)).astimezone(local.tzinfo)
        assert label(before) != label(local) != label(end.astimezone(UTC).astimezone(local.tzinfo))


@given(moment=moments, zone=st.sampled_from(ZONES))
def test_an_hour_begins_on_the_hour_of_the_local_clock(moment: datetime, zone: str) -> None:
    start = floor(moment.astimezone(ZoneInfo(zone)), "hour")
    assert (start.minute, start.second, start.microsecond) == (0, 0, 0)
    assert HOUR <= after(start, "hour").astimezone(UTC) - start.astimezone(UTC) <= 1.5 * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Asia/Kathmandu", "2026-03-29", 24),
        ("Asia/Beirut", "2026-03-29", 23),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ],
)
def test_the_length_of_a_day_follows_the_time_zone(zone: str, day: str, length: float) -> None:
    assert hours(edges(day, f"{day}T23:00", "day", zone)) == [length]


@pytest.mark.parametrize(("day", "length"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_every_hour_is_a_bucket_on_days_with_a_clock_change(day: str, length: int) -> None:
    result = edges(day, f"{day}T23:30", "hour", "Europe/Berlin")
    assert hours(result) == [1] * length


def test_an_hour_that_occurs_twice_is_two_buckets() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    edges = edges_between(
        datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC), "hour", ZoneInfo("Europe/Berlin")
    )
    assert [edge.isoformat() for edge in edges] == [
        "2026-10-25T02:00:00+02:00",
        "2026-10-25T02:00:00+01:00",
        "2026-10-25T03:00:00+01:00",
    ]
    assert all(edge.tzinfo == berlin for edge in edges)


def test_hours_begin_on_the_local_hour_in_zones_with_a_quarter_hour_offset() -> None:
    result = edges("2026-03-01T10:20", "2026-03-01T11:10", "hour", "Asia/Kathmandu")
    assert [f"{edge:%H:%M}" for edge in result] == ["04:15", "05:15", "06:15"]


def test_a_day_skipped_at_the_date_line_is_not_a_bucket() -> None:
    result = edges("2011-12-29", "2012-01-01", "day", "Pacific/Apia")
    assert hours(result) == [24, 24]


def test_weeks_begin_on_monday_across_new_year() -> None:
    result = edges("2025-12-30", "2026-01-06", "week", "UTC")
    assert [f"{edge:%G-W%V %a}" for edge in result] == ["2026-W01 Mon", "2026-W02 Mon", "2026-W03 Mon"]


def test_months_have_their_real_lengths() -> None:
    result = edges("2028-01-15", "2028-04-01", "month", "UTC")
    assert [f"{edge:%Y-%m-%d}" for edge in result] == ["2028-01-01", "2028-02-01", "2028-03-01", "2028-04-01"]


def test_an_empty_range_is_rejected_with_a_sentence() -> None:
    with pytest.raises(WrongArgument, match="before it starts"):
        edges("2026-03-02", "2026-03-02", "day", "UTC")


def test_a_range_with_too_many_buckets_is_rejected_with_a_sentence() -> None:
    with pytest.raises(WrongArgument, match="more than 50,000 hours"):
        edges("2020-01-01", "2026-01-01", "hour", "UTC")


def test_the_whole_calendar_can_be_requested() -> None:
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    with pytest.raises(WrongArgument, match="more than 50,000 months"):
        edges_between(first, last, "month", ZoneInfo("Pacific/Auckland"))
    assert len(edges_between(last - timedelta(days=400), last, "month", ZoneInfo("Pacific/Auckland"))) > 10
