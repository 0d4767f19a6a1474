"""Moments as people write them in a query: dates, times, and arithmetic from now.

`2026`, `2026-03`, `2026-03-01`, `2026-03-01T09:30` each mean the whole year, month, day or minute; `now-7d`, `now/d`,
`2026-03-01||+1M/M` are Elasticsearch's date arithmetic. Days, weeks, months and years are those of a time zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

_MOMENT = re.compile(
    r"(?P<now>now)?(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)?(?:T(?P<time>\d\d(?::\d\d(?::\d\d)?)?)(?P<offset>Z|[+-]\d\d:?\d\d)?)?"
    r"(?:\|\|)?(?P<steps>(?:[+-]\d{1,5}[yMwdhHms])*)(?:/(?P<floor>[yMwdhHm]))?"
)
_STEP = re.compile(r"([+-]\d+)([yMwdhHms])")
_SECONDS = {"h": 3600, "H": 3600, "m": 60, "s": 1}
_PRECISIONS = {4: "y", 7: "M", 10: "d", 13: "h", 16: "m", 19: "s"}
HINT = "write 2026-03-01, 2026-03-01T09:30, now-7d or now/d"


class Period(NamedTuple):
    """start <= moment < end, both UTC."""

    start: datetime
    end: datetime


def parse_period(text: str, now: datetime, zone: ZoneInfo) -> Period:
    """Return the time a text means.

    Args:
        now: UTC.
        zone: where days begin, for everything without an offset of its own.

    Raises:
        ValueError: it is not a moment, or lies outside the years 1 to 9999; the message says how to write one.
    """
    found = _MOMENT.fullmatch(text)
    if not found or bool(found["now"]) == bool(found["date"]) or (found["time"] and len(found["date"] or "") != 10):
        raise ValueError(f'"{text}" is not a date; {HINT}')
    try:
        return _period(found, now, zone)
    except (ValueError, OverflowError):
        raise ValueError(f'there is no such day as "{text}"; {HINT}') from None


def _period(found: re.Match[str], now: datetime, zone: ZoneInfo) -> Period:
    here: ZoneInfo | timezone = zone
    if found["now"]:
        moment, unit = now.astimezone(zone), "s"
    else:
        written = found["date"] + (f"T{found['time']}" if found["time"] else "")
        unit = _PRECISIONS[len(written)]
        if found["offset"]:
            here = _offset(found["offset"])
        moment = datetime.fromisoformat(written + "-01-01"[len(written) - 4 :]).replace(tzinfo=here)
    for amount, step in _STEP.findall(found["steps"]):
        moment = _moved(moment, int(amount), step)
    if found["floor"]:
        unit = found["floor"]
        moment = _floored(moment, unit)
    return Period(moment.astimezone(UTC), _moved(moment, 1, unit).astimezone(UTC))


def _offset(text: str) -> timezone:
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    return timezone((1 if text[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))


def _moved(moment: datetime, amount: int, unit: str) -> datetime:
    """Return the moment that many units later: hours and less by the clock's ticking, days and more by the calendar."""
    if unit in _SECONDS:
        return (moment.astimezone(UTC) + timedelta(seconds=amount * _SECONDS[unit])).astimezone(moment.tzinfo)
    if unit in "dw":
        return moment + timedelta(days=amount * (7 if unit == "w" else 1))
    months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "y" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    last_day = (_next_month(first) - timedelta(days=1)).day
    return first.replace(day=min(moment.day, last_day))


def _next_month(first: datetime) -> datetime:
    return (first.replace(tzinfo=None) + timedelta(days=32)).replace(day=1)


def _floored(moment: datetime, unit: str) -> datetime:
    moment = moment.replace(second=0, microsecond=0)
    if unit == "m":
        return moment
    moment = moment.replace(minute=0)
    if unit in "hH":
        return moment
    moment = moment.replace(hour=0, fold=0)
    if unit == "w":
        return moment - timedelta(days=moment.weekday())
    if unit == "d":
        return moment
    return moment.replace(day=1) if unit == "M" else moment.replace(day=1, month=1)
