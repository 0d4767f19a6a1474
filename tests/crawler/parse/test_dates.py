from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.parse.dates import FIRST_YEAR, LAST_YEAR, Dated, DateStyle, read_date

MOMENT = datetime(2026, 11, 23, 7, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 23 Nov 2026 10:15:00 +0300",
        "Mon, 23 Nov 2026 10:15:00 MSK",
        "Mon, 23 Nov 26 07:15 GMT",
        "23 Nov 2026 02:15:00 EST",
        "2026-11-23T10:15:00+03:00",
        "2026-11-23T07:15:00Z",
        "2026-11-23T07:15:00.000Z",
        "2026-11-23 07:15",
        "2026/11/23 07:15",
        "20261123T071500Z",
        "Mon Nov 23 07:15:00 2026",
        "Mon Nov 23 10:15:00 MSK 2026",
        "November 23, 2026 7:15 am",
        "Nov 23rd, 2026, 2:15 a.m. EST",
        "23 ноября 2026, 07:15",
        "23 листопада 2026 07:15",
        "23. November 2026 um 08:15 MEZ",
        "23 novembre 2026 07:15",
        "23 listopada 2026 07:15",
        "23.11.2026 07:15",
        "23/11/2026 07:15",
        "11/23/2026 07:15",
        "Mon, 23 Nov 2026 10:15:00 GMT+3",
        "Mon, 23 Nov 2026 02:15:00 ET",
        "November 22, 2026 11:15 p.m. PT",
        "2026-11-23T10:15:00 03:00",
        "23. November 2026, 07:15 Uhr",
    ],
)
def test_dates_are_parsed_in_every_common_format(text: str) -> None:
    assert (read_date(text) or ())[:2] == (MOMENT, "second")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23",
        "23.11.2026",
        "23 Nov 2026",
        "20261123",
        "2026-11-23T00:00:00Z",
        "Mon, 23 Nov 2026 00:00:00 +0300",
        "23 Nov 2026 10:15 ART",
    ],
)
def test_a_date_without_a_time_is_set_to_noon(text: str) -> None:
    assert read_date(text) == Dated(datetime(2026, 11, 23, 12, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "10:30",
        "Tuesday",
        "2026",
        "2026-11",
        "31 Feb 2026",
        "2023-02-29",
        "2026-13-01",
        "3/4/2026",
        "23 Foo 2026",
        "1970-01-01T00:00:00Z",
        "1 Jan 1900",
        "2101-01-01",
        "2026-11-23T25:00:00",
        "2026-11-23 10:61",
        "2026-11-23" + " " * 200,
    ],
)
def test_impossible_and_incomplete_dates_are_ignored(text: str) -> None:
    assert read_date(text) is None


def test_midnight_at_the_end_of_a_day_is_the_next_day() -> None:
    assert read_date("2026-11-23 24:00:00Z") == Dated(datetime(2026, 11, 24, tzinfo=UTC), "second")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon,23 Nov 2026 4:35:5 GMT+9", "2026-11-23T04:35:05+09:00"),
        ("2026-11-23 10:15 Europe/Moscow", "2026-11-23T10:15:00+03:00"),
        ("2026-07-23T10:15:00[Europe/Kyiv]", "2026-07-23T10:15:00+03:00"),
        ("2026-11-23T10:15:00+09:00[Asia/Seoul]", "2026-11-23T10:15:00+09:00"),
        ("23 Nov 2026 10:15 Etc/GMT-3", "2026-11-23T10:15:00+03:00"),
        ("23 ноября 2026 г., 10:15 (мск)", "2026-11-23T10:15:00+03:00"),
        ("23 ноября 2026 10:15 МСК+2", "2026-11-23T10:15:00+05:00"),
        ("23 Nov 2026 10:15:00 MSK+0300", "2026-11-23T10:15:00+03:00"),
        ("23 ноября 2026 10:15 по московскому времени", "2026-11-23T10:15:00+03:00"),
        ("10:15 по Москве, 23 ноября 2026", "2026-11-23T10:15:00+03:00"),
        ("23 листопада 2026 року, 10:15 за київським часом", "2026-11-23T10:15:00+02:00"),
        ("23 listopada 2026, 10:15 czasu polskiego", "2026-11-23T10:15:00+01:00"),
        ("23 novembre 2026 à 20h30, heure de Paris", "2026-11-23T20:30:00+01:00"),
        ("23. Juli 2026, 10.15 Uhr MESZ", "2026-07-23T10:15:00+02:00"),
        ("July 23, 2026 10:15 a.m. Eastern Time", "2026-07-23T10:15:00-04:00"),
        ("23 Jul 2026 10:15 Central European Summer Time", "2026-07-23T10:15:00+02:00"),
        ("23 Nov 2026 10:15 (UTC + 3)", "2026-11-23T10:15:00+03:00"),
        ("23 Nov 2026 10:15:00 EST-0500", "2026-11-23T10:15:00-05:00"),
        ("Wed Nov 23 10:15:00 +0100 2026", "2026-11-23T10:15:00+01:00"),
    ],
)
def test_zones_are_understood_in_every_common_form(text: str, expected: str) -> None:
    dated = read_date(text)
    assert dated is not None
    assert (dated.moment.isoformat(), dated.precision, dated.has_zone) == (expected, "second", True)


@pytest.mark.parametrize(
    "zone",
    [
        "ART",
        "IST",
        "Europe/Nowhere",
        "+99:00",
        "UTC+5.5",
        "UTC+19",
        "CET+4",
        "NOVT+7",
        "Volga time",
        "(Ortszeit)",
        "local time",
        "heure locale",
        "czasu lokalnego",
        "по местному времени",
        "за місцевим часом",
    ],
)
def test_a_zone_that_is_not_understood_leaves_the_day(zone: str) -> None:
    assert read_date(f"23 Nov 2026 10:15 {zone}") == Dated(datetime(2026, 11, 23, 12, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "rest", ["", " Uhr", " Uhr | Reuters", " -5 comments", ", by Ann Lee", ".000", " reading time 4 min"]
)
def test_a_time_without_a_zone_is_marked(rest: str) -> None:
    assert read_date(f"2026-11-23 07:15:00{rest}") == Dated(MOMENT, "second", has_zone=False)


@pytest.mark.parametrize(
    ("text", "day_first", "month"),
    [("3/4/2026", True, 4), ("3/4/2026", False, 3), ("3-4-2026", True, 4), ("3.4.26", True, 4), ("3/4/26", False, 3)],
)
def test_numbers_are_read_in_the_order_of_the_language(text: str, day_first: bool, month: int) -> None:
    dated = read_date(text, DateStyle(day_first))
    assert dated is not None and dated.moment.month == month


SECONDS = st.integers(1, (LAST_YEAR - FIRST_YEAR) * 365 * 86_400)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(SECONDS, ZONES)
def test_times_in_any_zone_round_trip(seconds: int, zone: timezone) -> None:
    expected = datetime(FIRST_YEAR, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)
    text = expected.astimezone(zone).isoformat()
    dated = read_date(text)
    assert dated is not None
    assert dated.moment == expected or dated.precision == "day"


@given(st.text(alphabet="0123456789-:/. TZ+GMTянвбер", max_size=40))
def test_reading_arbitrary_text_never_raises(text: str) -> None:
    dated = read_date(text)
    assert dated is None or FIRST_YEAR - 1 <= dated.moment.year <= LAST_YEAR + 1
