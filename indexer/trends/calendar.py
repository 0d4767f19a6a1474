"""The buckets of a trend: the hours, days, ISO weeks or months of a time zone that a time range covers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from config.errors import WrongArgument
from indexer.calendar import after, floor

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
# Time zone arithmetic looks some days around the edges and would overflow the calendar beyond these dates.
_FIRST, _LAST = datetime(1, 2, 15, tzinfo=UTC), datetime(9999, 11, 15, tzinfo=UTC)


def edges_between(since: datetime, until: datetime, interval: Interval, zone: ZoneInfo) -> list[datetime]:
    """Return the edges of every bucket that the range overlaps, in the zone; buckets are whole, so the range may grow.

    Raises:
        WrongArgument: the range is empty or has more than 50,000 buckets.
    """
    since, until = max(since, _FIRST), min(until, _LAST)
    if since >= until:
        ends, starts = (f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" for moment in (until, since))
        raise WrongArgument(f"the range ends ({ends}) before it starts ({starts})", field="until")
    if (until - since) / _SHORTEST[interval] > MAX_BUCKETS:
        message = f"the range has more than {MAX_BUCKETS:,} {interval}s; use a shorter range or a longer interval"
        raise WrongArgument(message, field="interval")
    edges = [floor(since.astimezone(zone), interval)]
    end = until.astimezone(UTC)
    while edges[-1].astimezone(UTC) < end:
        edges.append(after(edges[-1], interval))
    return edges
