"""Times as people type them, in queries and in arguments alike.

| written | meaning |
| --- | --- |
| `2026`, `2026-03`, `2026-W10`, `2026-03-01` | the whole year, month, ISO week, day |
| `2026-03-01T09:30`, `…+02:00`, `…Z` | that minute, in the zone of the settings or with an offset |
| `today`, `yesterday`, `this week`, `last month` | the whole day, week, month |
| `30m`, `12h`, `7d`, `4w`, `1M` or `1mo`, `1y`, `7 days ago` | so long before now; `m` is a minute, `M` a month |
| `now-7d`, `today-1d`, `now/d`, `2026-03-01||+1M/M` | date arithmetic: steps, then the start of a unit |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from config.nearest import nearest
from indexer.calendar import Unit, after, floor, shifted

HINT = "write 2026-03-01, 2026-03, 2026-W10, 2026-03-01T09:30, today, yesterday, last week, 30m, 12h, 7d, 4w, 1M or 1y"

_FIRST = datetime(2, 1, 1, tzinfo=UTC)  # leaves room in the calendar for the weeks before
_UNITS: Mapping[str, Unit] = {
    **dict.fromkeys(("s", "sec", "second"), "second"),
    **dict.fromkeys(("m", "min", "minute"), "minute"),
    **dict.fromkeys(("h", "hour"), "hour"),
    **dict.fromkeys(("d", "day"), "day"),
    **dict.fromkeys(("w", "week"), "week"),
    **dict.fromkeys(("M", "mo", "month"), "month"),
    **dict.fromkeys(("y", "year"), "year"),
}
_LENGTH = re.compile(r"(?P<amount>\d{1,5})\s*(?P<unit>[A-Za-z]+?)s?")
_AGO = re.compile(rf"{_LENGTH.pattern}(?:\s+ago)?")
_STEP = re.compile(r"([+-]\d{1,5})(mo|[yMwdhHms])")
_TIME = re.compile(
    r"""(?:(?P<name>(?i:now|today|yesterday))
    |(?i:(?P<which>this|last)[\s_-]+(?P<unit>hour|day|week|month|year))
    |(?P<year>\d{4})(?:
        -?W(?P<week>\d\d)(?:-?(?P<weekday>\d))?
        |-(?P<month>\d\d)(?:-(?P<day>\d\d)
            (?:[T\ ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?)?\s*(?P<offset>Z|[+-]\d\d:?\d\d)?)?)?
    )?)
    (?:\|\|)?(?P<steps>(?:[+-]\d{1,5}(?:mo|[yMwdhHms]))*)(?:/(?P<floor>[yMwdhHm]))?""",
    re.VERBOSE | re.ASCII,
)
_SLIPS = (  # other ways to write a day
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})", re.ASCII),
    re.compile(r"(?P<year>\d{4})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
)
_NAMES = (
    "now",
    "today",
    "yesterday",
    *(f"{which} {unit}" for which in ("this", "last") for unit in ("week", "month", "year")),
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: start <= moment < end, both UTC.

    Attributes:
        is_relative: whether it depends on the current time.
        is_instant: whether a single moment was written, which is then taken for one second.
    """

    start: datetime
    end: datetime
    is_relative: bool = False
    is_instant: bool = False


class NotATime(ValueError):
    """A text that is no time.

    Attributes:
        suggestion: what was probably meant, in a form that can be read; None when it is not known.
    """

    def __init__(self, message: str, suggestion: str | None = None) -> None:
        self.suggestion = suggestion
        super().__init__(message)


def parse_period(text: str, now: datetime, zone: ZoneInfo) -> Period:
    """Return the time that a text means.

    Args:
        now: UTC.
        zone: where days begin, for everything without an offset of its own.

    Raises:
        NotATime: it is no time, or lies outside the years 1 to 9999; the message says how to write one.
    """
    text = text.strip()
    if (ago := _AGO.fullmatch(text)) and (unit := _unit(ago["unit"])):
        return _ago(now.astimezone(zone), int(ago["amount"]), unit)
    written = _TIME.fullmatch(text)
    if written is None:
        raise _not_a_time(text)
    try:
        return _parse_named(written, now.astimezone(zone)) if written["year"] is None else _dated(written, zone)
    except (ValueError, OverflowError):
        raise NotATime(f'there is no such day as "{text}"; {HINT}') from None


def parse_length(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment, UTC, that lies so long after now as a text says: `3d`, `2 weeks`, `1M`; None where it is no length.

    Args:
        now: UTC.
        zone: whose calendar says how long a day or a month is.

    Raises:
        NotATime: it lies beyond the year 9999.
    """
    length = _LENGTH.fullmatch(text.strip())
    unit = _unit(length["unit"]) if length else None
    if length is None or unit is None:
        return None
    try:
        return shifted(now.astimezone(zone), int(length["amount"]), unit).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotATime(f'"{text}" from now lies beyond the year 9999') from None


def _unit(written: str) -> Unit | None:
    """Return the unit of an abbreviation or word; capitals matter for m and M alone."""
    return _UNITS.get(written) or _UNITS.get(written.lower())


def _ago(now: datetime, amount: int, unit: Unit) -> Period:
    start = _FIRST
    with suppress(ValueError, OverflowError):
        start = max(_FIRST, shifted(now, -amount, unit).astimezone(UTC))
    return Period(start, start + timedelta(seconds=1), is_relative=True, is_instant=True)


def _parse_named(written: re.Match[str], now: datetime) -> Period:
    """Return the period for a word such as today, or the steps counted from it."""
    unit: Unit = _UNITS[written["unit"].lower()] if written["unit"] else "day"
    name = (written["name"] or written["which"]).lower()
    if name == "now":
        return _stepped(written, now, "second", is_relative=True)
    start = floor(now, unit)
    if name in ("yesterday", "last"):
        start = floor(shifted(start, -1, unit), unit)
    return _stepped(written, start, unit, is_relative=True)


def _dated(written: re.Match[str], zone: ZoneInfo) -> Period:
    year, month, day = int(written["year"]), int(written["month"] or 1), int(written["day"] or 1)
    here: tzinfo = _offset(written["offset"]) if written["offset"] else zone
    if written["week"]:
        start = datetime.fromisocalendar(year, int(written["week"]), int(written["weekday"] or 1))
        return _stepped(written, start.replace(tzinfo=zone), "day" if written["weekday"] else "week")
    hour, minute, second = (int(written[part] or 0) for part in ("hour", "minute", "second"))
    start = datetime(year, month, day, hour, minute, second, tzinfo=here)
    finest: Unit = next((unit for unit in ("second", "minute", "hour", "day", "month") if written[unit]), "year")
    return _stepped(written, start, finest)


def _stepped(written: re.Match[str], start: datetime, unit: Unit, *, is_relative: bool = False) -> Period:
    for amount, step in _STEP.findall(written["steps"]):
        start = shifted(start, int(amount), _UNITS[step.replace("H", "h")])
    if written["floor"]:
        unit = _UNITS[written["floor"].replace("H", "h")]
        start = floor(start, unit)
    end = after(start, unit)
    is_instant = is_relative and unit == "second"
    return Period(_utc(start), _utc(end), is_relative=is_relative, is_instant=is_instant)


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _utc(moment: datetime) -> datetime:
    return _FIRST if moment.year < _FIRST.year else max(_FIRST, moment.astimezone(UTC))


def _not_a_time(text: str) -> NotATime:
    for slip in _SLIPS:
        if day := slip.fullmatch(text):
            with suppress(ValueError):
                moment = datetime(int(day["year"]), int(day["month"]), int(day["day"]), tzinfo=UTC)
                return NotATime(f'"{text}" is not a date; write {moment:%Y-%m-%d}', f"{moment:%Y-%m-%d}")
    name = nearest(text.lower(), _NAMES)
    hint = f', did you mean "{name}"?' if name else f"; {HINT}"
    return NotATime(f'"{text}" is not a date{hint}', name)
