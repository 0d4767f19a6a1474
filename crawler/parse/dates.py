"""Dates as feeds, sitemaps and pages write them: RFC 822, ISO 8601, and words in the supported languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.sources import Feed
from crawler.page import Hints, Precision
from crawler.parse.zones import UnknownZone, zone_after

# News on the web is younger. Broken clocks give 1970, 1900 or the year 1.
FIRST_YEAR = 1990
LAST_YEAR = 2100
EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
MAX_CHARS = 100


class Dated(NamedTuple):
    """A date and how precisely it is known; see `whole_day` for a date without a time.

    Attributes:
        moment: in the zone it was written in, or in UTC if it has none.
        has_zone: False for a time that was written without a zone and read as UTC.
    """

    moment: datetime
    precision: Precision
    has_zone: bool = True


# Stems that identify the months in every case and abbreviation.
_STEMS: tuple[tuple[str, ...], ...] = (
    ("jan", "jän", "янв", "січ", "sty", "ene", "gen", "oca", "led"),
    ("feb", "fév", "fev", "фев", "лют", "lut"),
    ("mar", "mär", "mrz", "мар", "бер"),
    ("apr", "avr", "апр", "кві", "kwi", "abr"),
    ("may", "mai", "май", "мая", "тра", "maj", "mag"),
    ("jun", "juin", "июн", "чер", "cze", "giu"),
    ("jul", "juil", "июл", "лип", "lip", "lug"),
    ("aug", "aoû", "aou", "авг", "сер", "sie", "ago"),
    ("sep", "сен", "вер", "wrz", "set"),
    ("oct", "okt", "окт", "жов", "paź", "paz", "ott"),
    ("nov", "ноя", "лис", "lis"),
    ("dec", "déc", "dez", "дек", "гру", "gru", "dic"),
)
_MONTHS = {stem: month for month, stems in enumerate(_STEMS, 1) for stem in stems}

_WORD = r"([^\W\d_]{3,12})\.?"
_TH = r"(?:st|nd|rd|th|er|\.)?"
_DAYS = (
    ("ymd", re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")),
    ("ymd", re.compile(r"(?<!\d)(\d{4})()(\d{2})(\d{2})(?=$|T|\s)")),
    ("dmy", re.compile(rf"(?<![\d:])(\d{{1,2}}){_TH}[\s-]+(?:de\s+)?{_WORD},?[\s-]+(?:de\s+)?(\d{{4}}|\d{{2}})(?!\d)")),
    (
        "mdy",
        re.compile(rf"(?<!\w){_WORD}\s+(\d{{1,2}}){_TH},?\s+(?:[\d:]{{5,8}}\s+(?:[+-]?\w{{2,5}}\s+)?)?(\d{{4}})(?!\d)"),
    ),
    ("numbers", re.compile(r"(?<![\d:])(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2}(?![\d:.]))(?!\d)")),
)
_CLOCKS = (
    re.compile(
        r"(?<![\d:])(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d{1,9})?(?![\d:])(?:\s*([ap])\.?m\b\.?)?"
        r"|(?<![\d:])(\d{1,2}):(\d{2})()(?![\d:])(?:\s*([ap])\.?m\b\.?)?",
        re.IGNORECASE,
    ),
    re.compile(r"T(\d{2})(\d{2})(\d{2})?()(?!\d)", re.IGNORECASE),
    re.compile(
        r"(?<![\d.])(\d{1,2})(?:\s?h\s?|\.(?=\d\d\s*uhr))(\d{2})()()(?![\d.])", re.IGNORECASE
    ),  # 20h30, 20.30 Uhr
)


class DateStyle(NamedTuple):
    """How an outlet writes dates.

    Attributes:
        day_first: whether `3/4/2026` is in April; None when that is unknown, and such a date is then rejected.
        home: the zone of the outlet, whose own abbreviations it may use; None when unknown.
    """

    day_first: bool | None = None
    home: tzinfo | None = None


ANY_STYLE = DateStyle()


def style_of(feed: Feed) -> DateStyle:
    """Return how the source of a feed writes dates."""
    return DateStyle(feed.is_day_first, ZoneInfo(feed.timezone) if feed.timezone else None)


def read_date(text: str, style: DateStyle = ANY_STYLE) -> Dated | None:
    """Return a date written for people or programs, in the zone it was written in; None when it is impossible or incomplete.

    A time without a zone is read as UTC, as feed readers do, and marked. When the zone is not understood, only the day is used.
    Systems that store only days write exactly midnight, so that counts as a date without a time. Nothing is filled in from
    today's date.
    """
    return _read(text.strip(), style) if len(text) <= MAX_CHARS else None


@functools.lru_cache(maxsize=8192)
def _read(text: str, style: DateStyle) -> Dated | None:
    match = _find_day(text, style.day_first)
    if match is None:
        return None
    day, start, end = match
    # asctime puts the time inside the date: `Thu Jan 1 10:00:00 2026`.
    clock = _find_clock(text, end) or _find_clock(text, 0)
    return day if clock is None else _at_time(day, text, clock, (start, end), style.home)


def dated_hints(dated: Dated | None) -> Hints:
    """Return the hints that a date of publication gives; none without one."""
    if dated is None:
        return Hints()
    return Hints(published=dated.moment, published_precision=dated.precision, lacks_zone=not dated.has_zone)


def whole_day(year: int, month: int, day: int) -> Dated | None:
    """Return a date without a time, placed at 12:00 UTC; None for an impossible day or year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return Dated(datetime(year, month, day, 12, tzinfo=UTC), "day")
    except ValueError:
        return None


def _find_day(text: str, day_first: bool | None) -> tuple[Dated, int, int] | None:
    for order, pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        year, month, day = _numbers(match, day_first) if order == "numbers" else _READERS[order](match)
        if month:
            dated = whole_day(year, month, day)
            return dated and (dated, match.start(), match.end())
    return None


def _numbers(match: re.Match[str], day_first: bool | None) -> tuple[int, int, int]:
    first, second, divider, year = int(match[1]), int(match[3]), match[2], match[4]
    if len(year) == 2 and day_first is None:
        return 0, 0, 0
    if divider == "." or first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    if day_first is None:
        return 0, 0, 0
    month, day = (second, first) if day_first else (first, second)
    return _full_year(year), month, day


def _month(word: str) -> int:
    word = word.lower()
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3], 0)


_READERS: dict[str, Callable[[re.Match[str]], tuple[int, int, int]]] = {
    "ymd": lambda match: (int(match[1]), int(match[3]), int(match[4])),
    "dmy": lambda match: (_full_year(match[3]), _month(match[2]), int(match[1])),
    "mdy": lambda match: (int(match[3]), _month(match[1]), int(match[2])),
}


def _full_year(year: str) -> int:
    # RFC 2822, 4.3: two digits below 50 are in this century.
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 50 else 1900)


def _find_clock(text: str, start: int) -> re.Match[str] | None:
    return next((match for pattern in _CLOCKS if (match := pattern.search(text, start))), None)


def _at_time(day: Dated, text: str, clock: re.Match[str], span: tuple[int, int], home: tzinfo | None) -> Dated | None:
    parts = clock.groups()[4:] if clock[1] is None else clock.groups()
    hour, minute, second = (int(part or 0) for part in parts[:3])
    if parts[3]:
        hour = hour % 12 + (12 if parts[3].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    if not (hour or minute or second):
        return day
    local = day.moment.replace(hour=0, tzinfo=None) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    try:
        zone = zone_after(_after(text, clock, *span), text, local, home)
    except UnknownZone:
        return day
    return Dated(local.replace(tzinfo=zone or UTC), "second", zone is not None)


def _after(text: str, clock: re.Match[str], start: int, end: int) -> str:
    """Return what follows the clock, without the date that lies from `start` to `end`."""
    if clock.end() <= start:
        return text[clock.end() : start] + text[end:]
    if clock.start() >= end:
        return text[clock.end() :]
    return text[clock.end() : end - len("2026")] + text[end:]
