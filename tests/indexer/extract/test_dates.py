"""Dates are parsed with their precision and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.parse.dates import Dated, whole_day
from indexer.extract import dates

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-04-26T20:44:00+0200", "2024-04-26T18:44:00"),
        ("2024-04-26T20:44:00+02:00", "2024-04-26T18:44:00"),
        ("2024-04-26T20:44:00+02", "2024-04-26T18:44:00"),
        ("2024-04-26T20:44:00Z", "2024-04-26T20:44:00"),
        ("2024-04-26t20:44z", "2024-04-26T20:44:00"),
        ("2023-04-28T17:23:42.981+02:00", "2023-04-28T15:23:42"),
        ("2023-04-28T17:23:42.9812345-05:30", "2023-04-28T22:53:42"),
        ("2024-04-26 20:44", "2024-04-26T20:44:00"),
        ("2024-04-26 20:44:10 UTC", "2024-04-26T20:44:10"),
        ("2024-12-31T23:59:60Z", "2024-12-31T23:59:59"),
        ("20240426T204400Z", "2024-04-26T20:44:00"),
        ("Fri, 26 Apr 2024 20:44:00 +0200", "2024-04-26T18:44:00"),
        ("Fri, 26 Apr 2024 20:44:00 EST", "2024-04-27T01:44:00"),
        ("Fri Apr 28 2023 17:52:31 GMT+0000 (Coordinated Universal Time)", "2023-04-28T17:52:31"),
        ("Fri Apr 28 19:20:36 CEST 2023", "2023-04-28T17:20:36"),
        ("1714164240", "2024-04-26T20:44:00"),
        ("1714164240000", "2024-04-26T20:44:00"),
        ("26.04.2024, 20:44", "2024-04-26T20:44:00"),
        ("26.04.2024 - 20:44", "2024-04-26T20:44:00"),
        ("26 апреля 2024, 20:44", "2024-04-26T20:44:00"),
        ("2024/04/26 20:44:05", "2024-04-26T20:44:05"),
    ],
)
def test_times_become_utc(text: str, expected: str) -> None:
    assert (dates.parse(text) or ())[:2] == (datetime.fromisoformat(expected).replace(tzinfo=UTC), "second")


@pytest.mark.parametrize("text", ["2024-04-26", "20240426", "2024/4/26", "26.04.2024", "April 26, 2024", "26 Apr 2024"])
def test_a_date_without_a_time_is_noon_with_day_precision(text: str) -> None:
    assert dates.parse(text) == Dated(datetime(2024, 4, 26, 12, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "5m",
        "P 3 M",
        "2024-13-01",
        "2024-02-30",
        "04/05/2024",
        "12:30",
        "0000-00-00",
        "9" * 30,
    ],
)
def test_an_ambiguous_date_is_none(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize(
    "at",
    [datetime(1970, 1, 1, tzinfo=UTC), datetime(1989, 12, 31, 23, 59, tzinfo=UTC), NOW + timedelta(days=1, seconds=1)],
)
def test_impossible_dates_are_rejected(at: datetime) -> None:
    assert dates.possible(Dated(at, "second"), NOW) is None


@pytest.mark.parametrize("at", [datetime(1990, 1, 1, tzinfo=UTC), NOW, NOW + timedelta(days=1)])
def test_possible_dates_are_unchanged(at: datetime) -> None:
    assert dates.possible(Dated(at, "second"), NOW) == Dated(at, "second")


def test_without_a_time_of_collection_future_dates_are_accepted() -> None:
    later = Dated(NOW + timedelta(days=400), "second")
    assert dates.possible(later, None) == later


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://a.example/2024/05/13/talks", (2024, 5, 13)),
        ("https://a.example/world/2024-05-13-talks", (2024, 5, 13)),
        ("https://a.example/news/20240513/talks.html", (2024, 5, 13)),
        ("https://a.example/talks_2024_5_3.html", (2024, 5, 3)),
    ],
)
def test_a_date_is_read_from_the_address(url: str, day: tuple[int, int, int]) -> None:
    assert dates.day_of_url(url) == whole_day(*day)


@pytest.mark.parametrize(
    "url", ["https://a.example/news/20241399/x", "https://a.example/id/120240513", "https://a.example/2024/talks"]
)
def test_other_numbers_in_an_address_are_not_dates(url: str) -> None:
    assert dates.day_of_url(url) is None


def test_a_day_agrees_with_times_of_the_same_local_day() -> None:
    day, local = whole_day(2024, 5, 13), dates.parse("2024-05-13T00:30:00+03:00")
    assert day is not None and local is not None
    assert local.moment == datetime(2024, 5, 12, 21, 30, tzinfo=UTC)
    assert dates.same_day(day, local)
    assert not dates.same_day(day, Dated(datetime(2024, 5, 14, 0, 30, tzinfo=UTC), "second"))


@pytest.mark.parametrize("text", ["2024-05-13T00:00:00+03:00", "2024-05-13 00:00", "Mon, 13 May 2024 00:00:00 GMT"])
def test_exactly_midnight_is_a_date_without_a_time(text: str) -> None:
    assert dates.parse(text) == whole_day(2024, 5, 13)
