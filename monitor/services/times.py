"""Times as people type them on a command line: a day, a moment, or so long ago."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.errors import WrongArgument

_AGO = re.compile(r"(\d{1,5})\s*([hdwmy])")
_FIRST = datetime(2, 1, 1, tzinfo=UTC)  # leaves room in the calendar for the weeks before
_WEEK = re.compile(r"\d{4}-?W\d\d")
_UNIT = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


def parse_moment(
    text: str, *, now: datetime, zone: ZoneInfo, end_of_day: bool = False, field: str | None = None
) -> datetime:
    """Return the moment meant, in UTC.

    Args:
        text: `2026-11-01`, `2026-11-01T14:30`, `2026-11-01T14:30+02:00`, `today`, a week as tables show it (`2026-W47`), or so
            long ago: `12h 7d 4w 3m 1y`.
        end_of_day: a day or week alone means its end (the first moment after it) instead of its start.
        field: the argument that the text was given as, for errors.

    Raises:
        WrongArgument: it is none of these.
    """
    if ago := _AGO.fullmatch(text.strip()):
        return _back(now, int(ago[1]), _UNIT[ago[2]])
    day = now.astimezone(zone).date().isoformat() if text.strip().lower() == "today" else text.strip()
    try:
        moment = datetime.fromisoformat(day)
        is_day = len(day) <= len("2026-11-01")
        if is_day and end_of_day:
            moment = datetime.combine(moment.date() + timedelta(days=7 if _WEEK.fullmatch(day) else 1), time())
        return max(_FIRST, (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        message = f'"{text}" is no time; write 2026-11-01, 2026-11-01T14:30, today, or an age: 12h 7d 4w 3m 1y'
        raise WrongArgument(message, field=field) from None


def parse_range(
    since: str | None, until: str | None, *, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Return the range of time meant, in UTC, open where nothing is said; a day or week at its end is part of it.

    Raises:
        WrongArgument: one is no time, or nothing lies between them.
    """
    start = parse_moment(since, now=now, zone=zone, field="since") if since else None
    end = parse_moment(until, now=now, zone=zone, end_of_day=True, field="until") if until else None
    check_order(start, end, zone)
    return start, end


def parse_span(
    since: str | None, until: str | None, *, now: datetime, zone: ZoneInfo, default: timedelta
) -> tuple[datetime, datetime]:
    """Return the range meant, in UTC: up to now where no end is given, `default` long where no start is.

    Raises:
        WrongArgument: one is no time, or nothing lies between them.
    """
    start, end = parse_range(since, until, now=now, zone=zone)
    end = end or now
    start = start or end - default
    check_order(start, end, zone)
    return start, end


def check_order(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> None:
    """Do nothing when there is time between the two, or one is open.

    Raises:
        WrongArgument: the range ends before it starts.
    """
    if start and end and start >= end:
        ends, starts = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (end, start))
        raise WrongArgument(f"the range ends ({ends}) before it starts ({starts})", field="until")


def _back(now: datetime, number: int, unit: timedelta) -> datetime:
    try:
        return max(_FIRST, (now - number * unit).astimezone(UTC))
    except OverflowError:
        return _FIRST
