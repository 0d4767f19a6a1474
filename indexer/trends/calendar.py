"""Edges in time: where hours, days, ISO weeks and months begin in a time zone, daylight saving included.

Everything that knows of time zones, weeks and months is here; engines count between the UTC edges they are given.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from config.errors import WrongArgument

Interval = Literal["hour", "day", "week", "month"]

MAX_BUCKETS = 50_000
DEFAULT_SPAN = {
    "hour": timedelta(days=3),
    "day": timedelta(days=30),
    "week": timedelta(weeks=26),
    "month": timedelta(days=730),
}
_SHORTEST = {
    "hour": timedelta(hours=1),
    "day": timedelta(hours=23),
    "week": timedelta(hours=167),
    "month": timedelta(days=28),
}
_HOUR = timedelta(hours=1)
# Zones are asked for days around the edges; beyond these years they would leave the calendar.
_FIRST, _LAST = datetime(1, 2, 15, tzinfo=UTC), datetime(9999, 11, 15, tzinfo=UTC)


def floor(moment: datetime, interval: Interval) -> datetime:
    """Return the start of the bucket that holds the moment, in the moment's own time zone.

    An hour begins when the clock on the wall shows a full hour; where clocks are changed by half an hour, one lasts longer.
    """
    if interval == "hour":
        while past := _past_the_hour(moment):
            moment = _later(moment, -past)
        return moment
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if interval == "week":
        return midnight - timedelta(days=midnight.weekday())
    return midnight.replace(day=1) if interval == "month" else midnight


def after(start: datetime, interval: Interval) -> datetime:
    """Return the start of the next bucket; local days are 23 to 25 hours long, weeks begin on Monday."""
    if interval == "hour":
        following = _later(start, _HOUR)
        while past := _past_the_hour(following):
            following = _later(following, _HOUR - past)
        return following
    if interval == "month":
        return (start + timedelta(days=32)).replace(day=1)
    return start + timedelta(days=7) if interval == "week" else _next_midnight(start)


def edges_between(since: datetime, until: datetime, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """Return the edges of every bucket that the range touches, in the zone; buckets are whole, so the range may grow.

    Raises:
        WrongArgument: the range is empty or has more than 50,000 buckets.
    """
    since, until = max(since, _FIRST), min(until, _LAST)
    if since >= until:
        ends, starts = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (until, since))
        raise WrongArgument(f"the range ends ({ends}) before it starts ({starts})", field="until")
    if (until - since) / _SHORTEST[interval] > MAX_BUCKETS:
        message = f"the range has more than {MAX_BUCKETS:,} {interval}s; ask for a shorter one or a longer interval"
        raise WrongArgument(message, field="interval")
    edges = [floor(since.astimezone(zone), interval)]
    end = until.astimezone(UTC)
    while edges[-1].astimezone(UTC) < end:
        edges.append(after(edges[-1], interval))
    return edges


def _next_midnight(midnight: datetime) -> datetime:
    following = midnight + timedelta(days=1)
    shown = _later(following, timedelta())
    # Islands that crossed the date line have no 30 December 2011: its midnight is the next day's.
    return following if shown.date() == following.date() else floor(shown, "day")


def _past_the_hour(moment: datetime) -> timedelta:
    return timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


def _later(moment: datetime, span: timedelta) -> datetime:
    """Return the moment so much later by a steady clock."""
    return (moment.astimezone(UTC) + span).astimezone(moment.tzinfo)
