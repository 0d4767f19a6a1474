from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.errors import WrongArgument
from monitor.services.times import parse_future, parse_period, parse_range, parse_span

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def end(until: str) -> str | None:
    _, moment = parse_range(None, until, now=NOW, zone=BERLIN)
    return f"{moment:%Y-%m-%dT%H:%M}" if moment else None


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-10-25", "2026-10-25T23:00"),
        ("2026-W43", "2026-10-25T23:00"),
        ("2026-10", "2026-10-31T23:00"),
        ("yesterday", "2026-11-22T23:00"),
        ("last week", "2026-11-22T23:00"),
        ("2026-11-01T14:30", "2026-11-01T13:30"),
        ("7d", "2026-11-16T10:30"),
        ("now", "2026-11-23T10:30"),
    ],
)
def test_a_range_includes_the_period_it_ends_with_and_ends_exactly_at_a_moment(until: str, expected: str) -> None:
    assert end(until) == expected


@pytest.mark.parametrize("field", ["since", "until"])
def test_a_text_that_is_not_a_time_is_a_wrong_argument(field: str) -> None:
    with pytest.raises(WrongArgument, match="is not a date") as wrong:
        parse_range(**{"since": None, "until": None, field: "soon"}, now=NOW, zone=BERLIN)
    assert wrong.value.field == field


def test_the_last_day_of_the_calendar_is_rejected_with_a_sentence() -> None:
    with pytest.raises(WrongArgument, match="no such day"):
        parse_period("9999-12-31", now=NOW, zone=BERLIN)


@pytest.mark.parametrize(
    "command", [["search", "truce"], ["export", "truce"], ["compare", "truce"], ["trends", "truce"]]
)
@pytest.mark.parametrize(
    "words", [["--since", "2026-11-02", "--until", "2026-11-01"], ["--since", "7d", "--until", "8d"]]
)
def test_a_range_that_ends_before_it_starts_is_rejected(
    installation: dict[str, str], run_failing: Callable[..., str], command: list[str], words: list[str]
) -> None:
    assert "before it starts" in run_failing(*command, *words)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("today", "today", "2026-11-22T23:00"),
        ("today", "2090-01-01", "2026-11-22T23:00"),
        ("2026-11-01", "this month", "2026-10-31T23:00"),
        (None, "this week", "2026-11-16T10:30"),
        (None, None, "2026-11-16T10:30"),
    ],
)
def test_a_range_that_is_not_over_ends_now(since: str | None, until: str | None, expected: str) -> None:
    start, end = parse_span(since, until, now=NOW, zone=BERLIN, default=timedelta(days=7))
    assert (f"{start:%Y-%m-%dT%H:%M}", end) == (expected, NOW)


@pytest.mark.parametrize("until", [(), ("--until", "2090-02-01")])
@pytest.mark.parametrize("command", ["compare", "trends", "why", "leads", "digest", "emerging"])
def test_a_range_that_has_not_begun_is_rejected(
    installation: dict[str, str], run_failing: Callable[..., str], command: str, until: tuple[str, ...]
) -> None:
    theme = () if command in ("digest", "emerging") else ("truce",)
    assert "begins at 2090-01-01 00:00 UTC, which is not in the past" in run_failing(
        command, *theme, "--since", "2090-01-01", *until
    )


@pytest.mark.parametrize("since", ["99999y", "1500y", "0001-01-01"])
@pytest.mark.parametrize("command", [["compare", "truce"], ["why", "truce"], ["search", "truce"]])
def test_a_range_since_the_beginning_of_the_calendar_is_accepted(
    installation: dict[str, str], run_command: Callable[..., str], command: list[str], since: str
) -> None:
    assert run_command(*command, "--since", since)


@pytest.mark.parametrize("since", ["99999y", "0001-01-01"])
def test_a_trend_since_the_beginning_of_the_calendar_is_rejected_with_a_sentence(
    installation: dict[str, str], run_failing: Callable[..., str], since: str
) -> None:
    assert "more than 50,000 days" in run_failing("trends", "truce", "--interval", "month", "--since", since)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("3d", "2026-11-26T10:30"),
        (" 3 days ", "2026-11-26T10:30"),
        ("2w", "2026-12-07T10:30"),
        ("90m", "2026-11-23T12:00"),
        ("3M", "2027-02-23T10:30"),
        ("5mo", "2027-04-23T09:30"),  # at the same time of the clock in Berlin
        ("1y", "2027-11-23T10:30"),
        ("2026-12-01", "2026-11-30T23:00"),
        ("2026-12-01T00:00Z", "2026-12-01T00:00"),
        ("2026-W50", "2026-12-06T23:00"),
        ("2027", "2026-12-31T23:00"),
        ("now+3d", "2026-11-26T10:30"),
    ],
)
def test_a_time_to_come_is_a_date_or_a_length_from_now(text: str, moment: str) -> None:
    assert f"{parse_future(text, now=NOW, zone=BERLIN, field='until'):%Y-%m-%dT%H:%M}" == moment


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01",
        "2020-01-01T00:00Z",
        "2026-11-23T10:29Z",
        "2020-01-01||/M",
        "2020/d",
        "3 days ago",
        "now-3d",
        "0d",
        "now",
        "today",
        "last week",
        "99999y",
        "3 parsecs",
    ],
)
def test_a_past_time_is_never_taken_for_one_to_come(text: str) -> None:
    with pytest.raises(WrongArgument):
        parse_future(text, now=NOW, zone=BERLIN, field="until")
