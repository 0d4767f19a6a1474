"""Times as arguments: a text, or two, read with the grammar that queries use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.errors import WrongArgument
from indexer.query import times
from indexer.query.times import NotATime, Period

_FIRST = datetime.min.replace(tzinfo=UTC)
_MOMENT = timedelta(minutes=1)  # a shorter period is a moment, and ends a range where it starts


def parse_period(text: str, *, now: datetime, zone: ZoneInfo, field: str = "time") -> Period:
    """Return the time that a text means, see `indexer.query.times`.

    Args:
        field: name of the argument, for the error.

    Raises:
        WrongArgument: it is no time.
    """
    try:
        return times.parse_period(text, now, zone)
    except NotATime as wrong:
        raise WrongArgument(str(wrong), field=field) from None


def parse_future(text: str, *, now: datetime, zone: ZoneInfo, field: str) -> datetime:
    """Return the moment until which something lasts: the start of a time such as `2026-12-01`, or `3d` for so long from now.

    Raises:
        WrongArgument: it is no time, or not in the future.
    """
    try:
        moment = times.parse_length(text, now, zone) or times.parse_period(text, now, zone).start
    except NotATime as wrong:
        raise WrongArgument(str(wrong), field=field) from None
    if moment <= now:
        raise WrongArgument(f'"{text}" is not in the future', field=field)
    return moment.replace(microsecond=0)


def parse_range(
    since: str | None, until: str | None, *, now: datetime, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Return a range of time in UTC, open where None; an hour, day, week, month or year as its end is part of it.

    Raises:
        WrongArgument: one is no time, or the range ends before it starts.
    """
    start = parse_period(since, now=now, zone=zone, field="since").start if since else None
    end = None
    if until:
        last = parse_period(until, now=now, zone=zone, field="until")
        end = last.start if last.end - last.start <= _MOMENT else last.end
    check_order(start, end, zone)
    return start, end


def parse_span(
    since: str | None, until: str | None, *, now: datetime, zone: ZoneInfo, default: timedelta
) -> tuple[datetime, datetime]:
    """Return a range of time in UTC that can be counted: up to now at the latest, `default` long without a start.

    Raises:
        WrongArgument: one is no time, or the range ends before it starts, or has not begun.
    """
    start, end = parse_range(since, until, now=now, zone=zone)
    end = min(end or now, now)
    start = start or end - min(default, end - _FIRST)
    return start, until_now(start, end, now=now, zone=zone)


def until_now(start: datetime, end: datetime, *, now: datetime, zone: ZoneInfo, field: str = "since") -> datetime:
    """Return the end of a range, or now for one that is not over: what has not happened yet cannot be compared.

    Raises:
        WrongArgument: the range has not begun.
    """
    if start >= now:
        begins = f"{start.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"
        raise WrongArgument(f"the range begins at {begins}, which is not in the past", field=field)
    return min(end, now)


def before(start: datetime, end: datetime) -> datetime:
    """Return when the time begins that is as long and ends at the start; the first moment of the calendar at the earliest."""
    return start - min(end - start, start - _FIRST)


def check_order(start: datetime | None, end: datetime | None, zone: ZoneInfo) -> None:
    """Do nothing when there is time between the two, or one is open.

    Raises:
        WrongArgument: the range ends before it starts.
    """
    if start and end and start >= end:
        ends, starts = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (end, start))
        raise WrongArgument(f"the range ends ({ends}) before it starts ({starts})", field="until")
