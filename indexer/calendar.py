"""The calendar of a time zone: where hours, days, ISO weeks, months and years begin, including daylight saving time.

All rules about days, weeks and months in a time zone are here; engines only see the resulting edges in UTC.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Literal

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

_TICKS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1)}


def floor(moment: datetime, unit: Unit) -> datetime:
    """Return the start of the unit that contains the moment, in the moment's own time zone.

    An hour begins when the local clock shows a full hour; where clocks change by half an hour, one hour is longer.
    """
    if unit == "second":
        return moment.replace(microsecond=0)
    if unit == "minute":
        return moment.replace(second=0, microsecond=0)
    if unit == "hour":
        while past := _past_the_hour(moment):
            moment = _later(moment, -past)
        return moment
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if unit == "week":
        return midnight - timedelta(days=midnight.weekday())
    if unit == "day":
        return midnight
    return midnight.replace(day=1) if unit == "month" else midnight.replace(day=1, month=1)


def after(start: datetime, unit: Unit) -> datetime:
    """Return the start of the next unit; local days are 23 to 25 hours long, weeks begin on Monday."""
    match unit:
        case "second" | "minute":
            return _later(start, _TICKS[unit])
        case "hour":
            following = _later(start, _TICKS["hour"])
            while past := _past_the_hour(following):
                following = _later(following, _TICKS["hour"] - past)
            return following
        case "day":
            return _next_midnight(start)
        case "week":
            return start + timedelta(days=7)
    return shifted(start, 1, unit)


def shifted(moment: datetime, amount: int, unit: Unit) -> datetime:
    """Return the moment `amount` units later: up to hours by elapsed time, from days on by the calendar.

    A day that does not exist becomes the last day of the month: a month after 31 January is 28 or 29 February.

    Raises:
        ValueError, OverflowError: the result is outside the years 1 to 9999.
    """
    if unit in _TICKS:
        return _later(moment, amount * _TICKS[unit])
    if unit in ("day", "week"):
        return moment + timedelta(days=amount * (7 if unit == "week" else 1))
    months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "year" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    return first.replace(day=min(moment.day, monthrange(first.year, first.month)[1]))


def _next_midnight(midnight: datetime) -> datetime:
    following = midnight + timedelta(days=1)
    existing = _later(following, timedelta())
    # Where the date line moved, 30 December 2011 does not exist: its midnight is that of the next day.
    return following if existing.date() == following.date() else floor(existing, "day")


def _past_the_hour(moment: datetime) -> timedelta:
    return timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def _later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment after this much elapsed time."""
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
