"""One grammar of times, for queries and arguments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.query.times import NotATime, Period, parse_period

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)  # a Monday
BERLIN = ZoneInfo("Europe/Berlin")


def period(text: str) -> Period:
    return parse_period(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", "2025-12-31T23:00", "2026-12-31T23:00"),
        ("2026-06", "2026-05-31T22:00", "2026-06-30T22:00"),
        ("2026-W47", "2026-11-15T23:00", "2026-11-22T23:00"),
        ("2026W47", "2026-11-15T23:00", "2026-11-22T23:00"),
        ("2026-W47-3", "2026-11-17T23:00", "2026-11-18T23:00"),
        ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
        ("2026-11-01T14", "2026-11-01T13:00", "2026-11-01T14:00"),
        ("2026-11-01T14:30", "2026-11-01T13:30", "2026-11-01T13:31"),
        ("2026-11-01 14:30", "2026-11-01T13:30", "2026-11-01T13:31"),
        ("2026-11-01T14:30+00:00", "2026-11-01T14:30", "2026-11-01T14:31"),
        ("2026-11-01T14:30Z", "2026-11-01T14:30", "2026-11-01T14:31"),
        ("today", "2026-11-22T23:00", "2026-11-23T23:00"),
        ("Yesterday", "2026-11-21T23:00", "2026-11-22T23:00"),
        ("this week", "2026-11-22T23:00", "2026-11-29T23:00"),
        ("last week", "2026-11-15T23:00", "2026-11-22T23:00"),
        ("last-month", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("last year", "2024-12-31T23:00", "2025-12-31T23:00"),
        ("this hour", "2026-11-23T10:00", "2026-11-23T11:00"),
        ("today-1d", "2026-11-21T23:00", "2026-11-22T23:00"),
        ("now/d", "2026-11-22T23:00", "2026-11-23T23:00"),
        ("now-1mo/M", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("2026-03-01||+1M/M", "2026-03-31T22:00", "2026-04-30T22:00"),
    ],
)
def test_a_text_means_a_period_of_the_time_zone(text: str, start: str, end: str) -> None:
    written = period(text)
    assert (f"{written.start:%Y-%m-%dT%H:%M}", f"{written.end:%Y-%m-%dT%H:%M}") == (start, end)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("30m", "2026-11-23T10:00"),
        ("90min", "2026-11-23T09:00"),
        ("12h", "2026-11-22T22:30"),
        ("7d", "2026-11-16T10:30"),
        ("7 days", "2026-11-16T10:30"),
        ("7 days ago", "2026-11-16T10:30"),
        ("4w", "2026-10-26T10:30"),
        ("3m", "2026-11-23T10:27"),
        ("3M", "2026-08-23T09:30"),
        ("3mo", "2026-08-23T09:30"),
        ("3 months", "2026-08-23T09:30"),
        ("1y", "2025-11-23T10:30"),
        ("now-7d", "2026-11-16T10:30"),
        ("99999y", "0002-01-01T00:00"),
        ("9999d", "1999-07-09T09:30"),
    ],
)
def test_an_age_means_the_moment_so_long_ago(text: str, start: str) -> None:
    written = period(text)
    assert f"{written.start:%Y-%m-%dT%H:%M}".zfill(16) == start
    assert written.is_instant
    assert written.is_relative


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("", None),
        ("soon", None),
        ("7 parsecs", None),
        ("2026-13-01", None),
        ("2026-W60", None),
        ("9999-12-31T23:59-20:00", None),
        ("2026-02-30", None),
        ("now+99999y", None),
        ("01.06.2026", "2026-06-01"),
        ("1.6.2026", "2026-06-01"),
        ("2026/06/01", "2026-06-01"),
        ("2026-6-1", "2026-06-01"),
        ("20260601", "2026-06-01"),
        ("31.31.2026", None),
        ("yesteday", "yesterday"),
        ("last weak", "last week"),
    ],
)
def test_a_text_that_is_not_a_time_is_rejected_with_the_right_form_if_known(text: str, suggestion: str | None) -> None:
    with pytest.raises(NotATime) as error_info:
        period(text)
    assert error_info.value.suggestion == suggestion
    if suggestion:
        assert period(suggestion)


_PARTS = st.sampled_from(
    [
        "now",
        "today",
        "last week",
        "2026",
        "-06",
        "-01",
        "-W47",
        "T",
        "14",
        ":30",
        "Z",
        "+02:00",
        "||",
        "+1M",
        "-7d",
        "/d",
        "7",
        "d",
    ]
)


@given(st.lists(_PARTS, max_size=6).map("".join))
def test_every_text_is_a_period_or_no_time(text: str) -> None:
    try:
        written = period(text)
    except NotATime as error:
        assert str(error)
    else:
        assert written.start < written.end
        assert written.start.utcoffset() == timedelta()


@given(st.text(max_size=12))
def test_any_text_is_parsed_or_rejected(text: str) -> None:
    try:
        period(text)
    except NotATime as error:
        assert error.suggestion is None or period(error.suggestion)
