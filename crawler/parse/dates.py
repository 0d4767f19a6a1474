"""Dates as feeds, sitemaps and pages write them: RFC 822, ISO 8601, and words in the supported languages."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from crawler.page import Precision

# News on the web is younger. Broken clocks give 1970, 1900 or the year 1.
FIRST_YEAR = 1990
LAST_YEAR = 2100
EARLIEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
MAX_CHARS = 100


class Dated(NamedTuple):
    """A date and time with a zone, and how precisely it is known; see `whole_day` for a date without a time."""

    moment: datetime
    precision: Precision


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

# Hours from UTC. RFC 822 names the American ones; the others are what European outlets write.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "mez"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet", "sast"), 2.0),
    **dict.fromkeys(("eest", "msk", "мск", "trt", "idt"), 3.0),
    "msd": 4.0,
    "ist": 5.5,
    "pkt": 5.0,
    "hkt": 8.0,
    "sgt": 8.0,
    "awst": 8.0,
    "jst": 9.0,
    "kst": 9.0,
    "aest": 10.0,
    "aedt": 11.0,
    "nzst": 12.0,
    "nzdt": 13.0,
    "ndt": -2.5,
    "nst": -3.5,
    "adt": -3.0,
    "ast": -4.0,
    "edt": -4.0,
    "est": -5.0,
    "cdt": -5.0,
    "cst": -6.0,
    "mdt": -6.0,
    "mst": -7.0,
    "pdt": -7.0,
    "pst": -8.0,
    "akdt": -8.0,
    "akst": -9.0,
    "hst": -10.0,
}

# Newsrooms use these in summer and winter alike.
_AREAS = {"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}
_OTHER_ZONE = re.compile(r"[A-Z]{2,3}T")  # nearly all zone abbreviations end in T, for time

_WORD = r"([^\W\d_]{3,12})\.?"
_TH = r"(?:st|nd|rd|th|er|\.)?"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?"
_DAYS = (
    ("ymd", re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")),
    ("ymd", re.compile(r"(?<!\d)(\d{4})()(\d{2})(\d{2})(?=$|T|\s)")),
    ("dmy", re.compile(rf"(?<![\d:])(\d{{1,2}}){_TH}[\s-]+(?:de\s+)?{_WORD},?[\s-]+(?:de\s+)?(\d{{4}}|\d{{2}})(?!\d)")),
    ("mdy", re.compile(rf"(?<!\w){_WORD}\s+(\d{{1,2}}){_TH},?\s+(?:[\d:]{{5,8}}\s+(?:\w{{2,5}}\s+)?)?(\d{{4}})(?!\d)")),
    ("numbers", re.compile(r"(?<!\d)(\d{1,2})([./])(\d{1,2})\2(\d{4})(?!\d)")),
)
_TIME = re.compile(rf"(?<!\d){_CLOCK}(?:\s*([ap])\.?m\b\.?)?|T(\d{{2}})(\d{{2}})(\d{{2}})?(?!\d)", re.IGNORECASE)
_ZONE = re.compile(r"\s*(?:(?:gmt|utc)?\s*([+\u2212-])(\d{1,2})(?::?(\d{2}))?(?!\d)|\(?([^\W\d_]{1,4}))", re.IGNORECASE)
_PLUS_LOST = re.compile(r" (\d{2}):(\d{2})\s*$")  # a plus in a URL is decoded as a blank


def read_date(text: str) -> Dated | None:
    """Return the moment, in UTC, of a date written for people or programs; None when it is impossible or incomplete.

    A time without a zone is read as UTC, as feed readers do. When the zone is unknown, only the day is used. Systems that store
    only days write exactly midnight, so that counts as a date without a time. `3/4/2026` is ambiguous and therefore rejected.
    Nothing is filled in from today's date.
    """
    return _read(text.strip()) if len(text) <= MAX_CHARS else None


@functools.lru_cache(maxsize=8192)
def _read(text: str) -> Dated | None:
    match = _find_day(text)
    if match is None:
        return None
    day, end = match
    # asctime puts the time inside the date: `Thu Jan 1 10:00:00 2026`.
    return _at_time(day, text, _TIME.search(text, end) or _TIME.search(text))


def whole_day(year: int, month: int, day: int) -> Dated | None:
    """Return a date without a time, which lies at 12:00 UTC; None for an impossible day or year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return Dated(datetime(year, month, day, 12, tzinfo=UTC), "day")
    except ValueError:
        return None


def _find_day(text: str) -> tuple[Dated, int] | None:
    for order, pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        year, month, day = _READERS[order](match)
        if month:
            dated = whole_day(year, month, day)
            return dated and (dated, match.end())
    return None


def _numbers(match: re.Match[str]) -> tuple[int, int, int]:
    first, second = int(match[1]), int(match[3])
    if match[2] == "/" and first <= 12 and second <= 12:
        return 0, 0, 0
    month, day = (first, second) if match[2] == "/" and second > 12 else (second, first)
    return int(match[4]), month, day


def _month(word: str) -> int:
    word = word.lower()
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3], 0)


_READERS: dict[str, Callable[[re.Match[str]], tuple[int, int, int]]] = {
    "ymd": lambda match: (int(match[1]), int(match[3]), int(match[4])),
    "dmy": lambda match: (_full_year(match[3]), _month(match[2]), int(match[1])),
    "mdy": lambda match: (int(match[3]), _month(match[1]), int(match[2])),
    "numbers": _numbers,
}


def _full_year(year: str) -> int:
    # RFC 2822, 4.3: two digits below 50 are in this century.
    number = int(year)
    return number if len(year) == 4 else number + (2000 if number < 50 else 1900)


def _at_time(day: Dated, text: str, match: re.Match[str] | None) -> Dated | None:
    if match is None:
        return day
    hour, minute, second = (int(match[n] or match[n + 4] or 0) for n in (1, 2, 3))
    if match[4]:
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    if not (hour or minute or second):
        return day
    local = day.moment.replace(hour=0) + timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    offset = _offset(text, match.end(), local)
    return day if offset is None else Dated(local - offset, "second")


def _offset(text: str, start: int, local: datetime) -> timedelta | None:
    """Return the offset from UTC of the time that ends at `start`; None when the zone is unknown."""
    if lost := _PLUS_LOST.match(text, start):
        return _ahead(lost[1], lost[2])
    match = _ZONE.match(text, start)
    if match is None:
        return timedelta(0)
    if not match[1]:
        return _offset_of(match[4], local)
    size = _ahead(match[2], match[3])
    return size if match[1] == "+" else -size


def _ahead(hours: str, minutes: str | None) -> timedelta:
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return size if int(hours) <= 14 and int(minutes or 0) < 60 else timedelta(0)


def _offset_of(word: str, local: datetime) -> timedelta | None:
    name = word.lower()
    if name in _AREAS:
        return local.replace(tzinfo=ZoneInfo(_AREAS[name])).utcoffset()
    if name not in _ZONES and _OTHER_ZONE.fullmatch(word):
        return None
    return timedelta(hours=_ZONES.get(name, 0.0))
