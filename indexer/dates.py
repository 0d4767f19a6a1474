"""Dates as pages and feeds write them: read with their precision, refused when impossible, never invented.

- A date without a time lies at 12:00 UTC of its day, precision "day": at most half a day wrong anywhere on Earth. A time of
  exactly 00:00:00 is such a date: content systems print it for a day, and nobody publishes on that second.
- A time without a zone is read as UTC. Guessing the zone from the outlet would be right more often and wrong silently;
  pages that matter say their zone in JSON-LD or meta, which outrank the bare times readers see.
- Before 1990, or more than a day after `now`, is impossible: some outlets send 1970 for "unknown" and local time marked
  as UTC, and nothing on the web is older.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from crawler.page import Precision

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)
_LONGEST = 80  # characters; the longest date seen is JavaScript's with its zone spelled out, 57

_ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:(?:\s*T\s*|\s+|,\s+)(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?(?![\d:])",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(Z|[+-]\d\d:?\d\d)?)?$", re.IGNORECASE)
_SLASHED = re.compile(r"(\d{4})[/.](\d\d?)[/.](\d\d?)(?:[ ,T]+(\d\d?):(\d\d)(?::(\d\d))?)?(?![\d:])")
# Day first, with dots: the order is the same everywhere dots are used. With slashes it is not (US), so those are refused.
_DOTTED = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})(?:[ ,T–—-]+(\d\d?):(\d\d)(?::(\d\d))?)?(?![\d:])")
_JAVASCRIPT = re.compile(
    r"\w{3},? (\w{3}) (\d\d?) (?:(\d{4}) )?(\d\d):(\d\d):(\d\d)(?: ([A-Z]{2,5})?([+-]\d{4})?)?(?: (\d{4}))?(?:\s*\(.*\))?$"
)
_RFC = re.compile(r"(?:\w{3,9},? +)?\d\d?[ -]\w{3,9}[ -]\d{2,4} +\d\d?:\d\d")
_ENGLISH = re.compile(
    r"(?:\w{3,9},? )?(?:([A-Z][a-z]{2})[a-z]*\.? (\d\d?),? (\d{4})|(\d\d?) ([A-Z][a-z]{2})[a-z]*\.?,? (\d{4}))$"
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?$")
_URL_DATE = re.compile(
    r"[/_.-](19[89]\d|20\d\d)([/_-])([01]?\d)\2([0-3]?\d)(?=[/_.?-]|$|[A-Za-z])|/(20\d\d)([01]\d)([0-3]\d)(?=[/_.?-]|$)"
)

_MONTHS = {name: number for number, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)}
# Zone names in dates as servers print them; hours east of UTC. Those with two meanings (IST, CST, AST) are left out.
_ZONES = {"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
_ZONES |= {"EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time and how exactly it was given."""

    at: datetime  # aware, in the zone it was written in
    precision: Precision


def parse(text: str) -> Moment | None:
    """Return the moment a date string means, or None when it is no date in a form that is known and unambiguous.

    Known are ISO 8601 in all its spellings, RFC 2822, JavaScript's and `date`'s output, seconds or milliseconds since
    1970, `2024/05/13`, `13.05.2024 18:30`, `May 13, 2024` and `13 May 2024`.
    """
    text = " ".join(text.split())
    if not 6 <= len(text) <= _LONGEST:
        return None
    for reader in (_iso, _compact, _epoch, _javascript, _rfc, _english):
        try:
            moment = reader(text)
        except (ValueError, OverflowError):
            moment = None
        if moment:
            return moment
    return None


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
    days = {a.at.date(), b.at.date()}
    return len(days) == 1 or len({a.at.astimezone(UTC).date(), b.at.astimezone(UTC).date()}) == 1


def _iso(text: str) -> Moment | None:
    for pattern in (_ISO, _SLASHED):
        if found := pattern.match(text):
            year, month, day, hour, minute, second, *zone = found.groups()
            return _moment(year, month, day, hour, minute, second, zone[0] if zone else None)
    if found := _DOTTED.match(text):
        day, month, year, hour, minute, second = found.groups()
        return _moment(year, month, day, hour, minute, second, None)
    return None


def _compact(text: str) -> Moment | None:
    found = _COMPACT.match(text)
    # Ten digits are seconds since 1970, not a day with two more digits.
    if not found or (text.isdigit() and len(text) in (10, 13)):
        return None
    return _moment(*found.groups())


def _epoch(text: str) -> Moment | None:
    if not _EPOCH.match(text):
        return None
    return Moment(datetime.fromtimestamp(int(text[:10]), UTC), "second")


def _javascript(text: str) -> Moment | None:
    found = _JAVASCRIPT.match(text)
    if not found:
        return None
    month, day, year, hour, minute, second, name, offset, late_year = found.groups()
    number = _MONTHS.get(month.lower())
    if number is None or not (year or late_year) or (name and not offset and name not in _ZONES):
        return None
    return _moment(year or late_year, str(number), day, hour, minute, second, offset or name)


def _rfc(text: str) -> Moment | None:
    if not _RFC.match(text):
        return None
    at = parsedate_to_datetime(text)
    if at.tzinfo is None and text[-1].isalpha():
        return None  # a zone name with two meanings, or none
    return _timed(at if at.tzinfo else at.replace(tzinfo=UTC))


def _english(text: str) -> Moment | None:
    found = _ENGLISH.match(text)
    if not found:
        return None
    month, day, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    number = _MONTHS.get(month.lower())
    return whole_day(int(year), number, int(day)) if number else None


def _moment(
    year: str,
    month: str,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    zone: str | None = None,
) -> Moment:
    if hour is None or minute is None:
        return whole_day(int(year), int(month), int(day))
    clock = int(hour), int(minute), min(int(second or 0), 59)  # a leap second counts as the one before
    return _timed(datetime(int(year), int(month), int(day), *clock, tzinfo=_zone(zone)))


def _timed(at: datetime) -> Moment:
    midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    return whole_day(at.year, at.month, at.day) if midnight else Moment(at, "second")


def _zone(name: str | None) -> timezone:
    if not name:
        return UTC
    if name[0] not in "+-":
        return timezone(timedelta(hours=_ZONES[name.upper()]))
    digits = name[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-offset if name[0] == "-" else offset)
