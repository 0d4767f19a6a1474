"""The hours in which feeds delivered: one row per feed and day with a bit per hour, small enough to keep forever.

The history of fetches says more but is pruned. These rows still tell, years later, a gap in collecting from silence. A feed
delivered in an hour if at least one of its polls succeeded then, with or without anything new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from sqlalchemy import (
    CTE,
    Column,
    ColumnElement,
    Connection,
    Integer,
    ScalarSelect,
    Table,
    Text,
    and_,
    func,
    insert,
    select,
    true,
    update,
)

from crawler.archive.database import metadata
from crawler.archive.stepping import each_value

feed_hours = Table(
    "feed_hours",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("day", Integer, primary_key=True, info={"between": (0, 1_000_000)}),  # since 1970, UTC
    Column(
        "hours", Integer, nullable=False, info={"between": (1, (1 << 24) - 1)}
    ),  # bit 0 is the hour after midnight, UTC
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)
_WHOLE_DAY = (1 << 24) - 1


@dataclass(frozen=True, slots=True)
class Silence:
    """Whole hours, UTC, in which a feed that had delivered before did not.

    Attributes:
        start: end of the last hour in which it delivered.
        end: start of the hour in which it delivered again; None if it has not yet.
    """

    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class FeedHours:
    """When a feed delivered: its very first hour, and the silences that overlap a range of time."""

    first: datetime
    silences: tuple[Silence, ...]


def note(connection: Connection, feed: str, at: datetime) -> None:
    """Record that a feed delivered in the hour of `at`."""
    hour = (at - _EPOCH) // _HOUR
    row = and_(feed_hours.c.feed == feed, feed_hours.c.day == hour // 24)
    hours = connection.execute(select(feed_hours.c.hours).where(row)).scalar()
    bit = 1 << hour % 24
    if hours is None:
        connection.execute(insert(feed_hours).values(feed=feed, day=hour // 24, hours=bit))
    elif not hours & bit:
        connection.execute(update(feed_hours).where(row).values(hours=hours | bit))


def note_days(connection: Connection, feed: str, days: Iterable[date]) -> None:
    """Record that a feed delivered in every hour of these days (UTC), where nothing is recorded of them yet."""
    rows = [{"feed": feed, "day": (day - _EPOCH.date()).days, "hours": _WHOLE_DAY} for day in days]
    connection.execute(insert(feed_hours).prefix_with("OR IGNORE"), rows)


def between(connection: Connection, since: datetime, until: datetime) -> dict[str, FeedHours]:
    """Return feed → hours, for every feed that ever delivered, with the silences that overlap the range."""
    feeds, day = each_value(feed_hours.c.feed), feed_hours.c.day
    query = select(feed_hours.c.feed, day, feed_hours.c.hours).join(feeds, feed_hours.c.feed == feeds.c.value)
    first = query.where(day == _of_feed(func.min, feeds))
    firsts = {row.feed: _EPOCH + _HOUR * _hours(row.day, row.hours)[0] for row in connection.execute(first)}
    rows = connection.execute(query.where(_touching(feeds, since, until)).order_by(feed_hours.c.feed, day))
    silences = {
        feed: tuple(silence for silence in _silences((row.day, row.hours) for row in days) if silence.start < until)
        for feed, days in groupby(rows, lambda row: str(row.feed))
    }
    return {feed: FeedHours(moment, silences.get(feed, ())) for feed, moment in firsts.items()}


def _touching(feeds: CTE, since: datetime, until: datetime) -> ColumnElement[bool]:
    """Select the days of the range and, per feed, the last day before and the first day after it, as silences cross its edges."""
    first, last = (since - _EPOCH).days, (until - _EPOCH).days
    before = _of_feed(func.max, feeds, lambda day: day < first)
    after = _of_feed(func.min, feeds, lambda day: day > last)
    return feed_hours.c.day.between(func.coalesce(before, first), func.coalesce(after, last))


def _of_feed(
    outermost: Callable[[ColumnElement[int]], ColumnElement[int]],
    feeds: CTE,
    which: Callable[[ColumnElement[int]], ColumnElement[bool]] = lambda _: true(),
) -> ScalarSelect[int]:
    days = feed_hours.alias()
    return select(outermost(days.c.day)).where(days.c.feed == feeds.c.value, which(days.c.day)).scalar_subquery()


def _silences(days: Iterable[tuple[int, int]]) -> Iterator[Silence]:
    """Yield the silences between the hours of one feed, and the one since the last of them."""
    quiet_since: int | None = None  # number of the first hour without a delivery so far
    for day, bits in days:
        if bits == _WHOLE_DAY and quiet_since == 24 * day:
            quiet_since += 24
            continue
        for hour in _hours(day, bits):
            if quiet_since is not None and hour > quiet_since:
                yield Silence(_EPOCH + _HOUR * quiet_since, _EPOCH + _HOUR * hour)
            quiet_since = hour + 1
    if quiet_since is not None:
        yield Silence(_EPOCH + _HOUR * quiet_since, None)


def _hours(day: int, bits: int) -> list[int]:
    return [24 * day + hour for hour in _set_bits(bits)]


@lru_cache(maxsize=4_096)
def _set_bits(bits: int) -> tuple[int, ...]:
    return tuple(hour for hour in range(24) if bits >> hour & 1)
