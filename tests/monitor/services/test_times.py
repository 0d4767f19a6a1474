from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.errors import WrongArgument
from monitor.services.times import parse_moment

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-01", "2026-10-31T23:00:00+00:00"),
        ("2026-07-01", "2026-06-30T22:00:00+00:00"),
        ("2026-11-01T14:30", "2026-11-01T13:30:00+00:00"),
        ("2026-11-01T14:30+00:00", "2026-11-01T14:30:00+00:00"),
        ("today", "2026-11-22T23:00:00+00:00"),
        ("12h", "2026-11-22T22:30:00+00:00"),
        ("7d", "2026-11-16T10:30:00+00:00"),
        ("4w", "2026-10-26T10:30:00+00:00"),
    ],
)
def test_a_time_is_meant_in_the_time_zone_of_the_settings(text: str, meant: str) -> None:
    assert parse_moment(text, now=NOW, zone=BERLIN) == datetime.fromisoformat(meant)


def test_a_day_as_an_end_includes_that_day_even_when_it_has_25_hours() -> None:
    end = parse_moment("2026-10-25", now=NOW, zone=BERLIN, end_of_day=True)
    start = parse_moment("2026-10-25", now=NOW, zone=BERLIN)
    assert (end - start).total_seconds() == 25 * 3600


def test_a_week_as_an_end_includes_all_of_that_week() -> None:
    end = parse_moment("2026-W43", now=NOW, zone=BERLIN, end_of_day=True)
    start = parse_moment("2026-W43", now=NOW, zone=BERLIN)
    assert (end - start).total_seconds() == (7 * 24 + 1) * 3600


def test_a_moment_as_an_end_is_that_moment() -> None:
    moment = parse_moment("2026-11-01T14:30", now=NOW, zone=BERLIN)
    assert parse_moment("2026-11-01T14:30", now=NOW, zone=BERLIN, end_of_day=True) == moment


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "7 parsecs", "9999-12-31T23:59-20:00"])
def test_what_is_no_time_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(WrongArgument, match="is no time; write 2026-11-01"):
        parse_moment(text, now=NOW, zone=BERLIN)


@pytest.mark.parametrize("text", ["99999y", "99999d"])
def test_longer_ago_than_the_calendar_reaches_is_the_beginning(text: str) -> None:
    assert parse_moment(text, now=NOW, zone=BERLIN).tzinfo is not None


def test_the_last_day_of_the_calendar_has_an_end_in_words() -> None:
    with pytest.raises(WrongArgument):
        parse_moment("9999-12-31", now=NOW, zone=BERLIN, end_of_day=True)


@pytest.mark.parametrize(
    "command", [["search", "truce"], ["export", "truce"], ["compare", "truce"], ["trends", "truce"]]
)
@pytest.mark.parametrize(
    "words", [["--since", "2026-11-02", "--until", "2026-11-01"], ["--since", "7d", "--until", "8d"]]
)
def test_a_range_that_ends_before_it_starts_is_refused(
    installation: dict[str, str], refused: Callable[..., str], command: list[str], words: list[str]
) -> None:
    assert "before it starts" in refused(*command, *words)


@pytest.mark.parametrize("command", ["compare", "trends"])
def test_a_range_that_starts_in_the_future_is_refused_where_it_ends_now(
    installation: dict[str, str], refused: Callable[..., str], command: str
) -> None:
    assert "before it starts" in refused(command, "truce", "--since", "2090-01-01")


@pytest.mark.parametrize("since", ["99999y", "1500y", "0001-01-01"])
@pytest.mark.parametrize("command", [["compare", "truce"], ["why", "truce"], ["search", "truce"]])
def test_everything_since_the_beginning_is_answered(
    installation: dict[str, str], said: Callable[..., str], command: list[str], since: str
) -> None:
    assert said(*command, "--since", since)


@pytest.mark.parametrize("since", ["99999y", "0001-01-01"])
def test_a_trend_since_the_beginning_is_refused_in_words(
    installation: dict[str, str], refused: Callable[..., str], since: str
) -> None:
    assert "more than 50,000 days" in refused("trends", "truce", "--interval", "month", "--since", since)
