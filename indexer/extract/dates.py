"""Dates as pages state them: with precision and zone, refused when impossible, never invented.

Strings are read by crawler.parse.dates, with its rules: a date without a time, or at midnight sharp, lies at 12:00 UTC of its day
with precision "day"; a time without a zone is UTC. Guessing the zone from the outlet would be right more often and wrong
silently; pages that matter say their zone in JSON-LD or meta, which outrank the bare times readers see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from crawler.page import Precision
from crawler.parse.dates import read_date

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # some outlets send 1970 for "unknown", and nothing on the web is older
LATEST_AHEAD = timedelta(days=1)  # some outlets mark local time as UTC, which is half a day at most

_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_OFFSET = re.compile(r"\d\d:\d\d[\d:.,]*\s?([+-])(\d\d):?(\d\d)?$")
_URL_DATE = re.compile(
    r"[/_.-](19[89]\d|20\d\d)([/_-])([01]?\d)\2([0-3]?\d)(?=[/_.?-]|$|[A-Za-z])|/(20\d\d)([01]\d)([0-3]\d)(?=[/_.?-]|$)"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time and how exactly it was given."""

    at: datetime  # aware, in the zone it was written in
    precision: Precision


def parse(text: str) -> Moment | None:
    """Return the moment a date string or a number of (milli)seconds since 1970 means, or None when it is no whole date."""
    text = " ".join(text.split())
    if _EPOCH.fullmatch(text):
        return Moment(datetime.fromtimestamp(int(text[:10]), UTC), "second")
    dated = read_date(text)
    if dated is None:
        return None
    zone = UTC if dated.precision == "day" else _zone(text)
    return Moment(dated.moment.astimezone(zone), dated.precision)


def possible(moment: Moment | None, now: datetime | None) -> Moment | None:
    """Return the moment unless it is before 1990 or more than a day after `now` (the time of collection)."""
    if moment is None or moment.at < EARLIEST:
        return None
    return None if now is not None and moment.at > now + LATEST_AHEAD else moment


def day_of_url(url: str) -> Moment | None:
    """Return the day an address carries (`/2024/05/13/`, `-2024-05-13`, `/20240513/`), or None."""
    found = _URL_DATE.search(url)
    if not found:
        return None
    year, month, day = (found[1], found[3], found[4]) if found[1] else (found[5], found[6], found[7])
    try:
        return whole_day(int(year), int(month), int(day))
    except ValueError:
        return None


def whole_day(year: int, month: int, day: int) -> Moment:
    """Return the moment that stands for a day: 12:00 UTC, precision "day".

    Raises:
        ValueError: there is no such day.
    """
    return Moment(datetime(year, month, day, 12, tzinfo=UTC), "day")


def same_day(a: Moment, b: Moment) -> bool:
    """Whether two moments fall on one day, each in the zone it was written in or both in UTC."""
    return a.at.date() == b.at.date() or a.at.astimezone(UTC).date() == b.at.astimezone(UTC).date()


def _zone(text: str) -> timezone:
    found = _OFFSET.search(text)
    if not found or int(found[2]) > 14:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-offset if found[1] == "-" else offset)
