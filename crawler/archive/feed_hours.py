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
    silences = {
        feed: tuple(silence for silence in _silences(runs) if silence.start < until)
        for feed, runs in _runs(connection, _touching(feeds, since, until), feeds)
    }
    return {feed: FeedHours(moment, silences.get(feed, ())) for feed, moment in firsts.items()}


def _runs(
    connection: Connection, which: ColumnElement[bool], feeds: CTE
) -> Iterator[tuple[str, Iterable[tuple[int, int, int]]]]:
    """Yield each feed with its days as runs: first and last day, and the hours that all of its days have.

    Nearly all days are whole, and reading one takes ten times as long as counting it.
    """
    feed, day, hours = feed_hours.c.feed, feed_hours.c.day, feed_hours.c.hours
    joined = feed_hours.join(feeds, feed == feeds.c.value)
    spans = select(feed, func.min(day), func.max(day), func.count()).select_from(joined).where(which).group_by(feed)
    parts = select(feed, day, hours).select_from(joined).where(which, hours != _WHOLE_DAY).order_by(feed, day)
    in_part = {
        str(each): [(row.day, row.hours) for row in rows]
        for each, rows in groupby(connection.execute(parts), lambda row: row.feed)
    }
    for each, first, last, number in connection.execute(spans).all():
        if number == last - first + 1:
            yield each, _filled(first, last, in_part.get(each, ()))
        else:
            rows = select(day, hours).where(feed == each, day.between(first, last)).order_by(day)
            yield each, [(row.day, row.day, row.hours) for row in connection.execute(rows)]


def _filled(first: int, last: int, in_part: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield the runs from the first to the last day, of which all but some are whole."""
    for day, hours in in_part:
        if first < day:
            yield first, day - 1, _WHOLE_DAY
        yield day, day, hours
        first = day + 1
    if first <= last:
        yield first, last, _WHOLE_DAY


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


def _silences(runs: Iterable[tuple[int, int, int]]) -> Iterator[Silence]:
    """Yield the silences between the hours of one feed, and the one since the last of them."""
    quiet_since: int | None = None  # number of the first hour without a delivery so far
    for first, last, bits in runs:
        hours = (24 * first,) if bits == _WHOLE_DAY else _hours(first, bits)
        for hour in hours:
            if quiet_since is not None and hour > quiet_since:
                yield Silence(_EPOCH + _HOUR * quiet_since, _EPOCH + _HOUR * hour)
            quiet_since = hour + 1
        if bits == _WHOLE_DAY:
            quiet_since = 24 * (last + 1)
    if quiet_since is not None:
        yield Silence(_EPOCH + _HOUR * quiet_since, None)


def _hours(day: int, bits: int) -> list[int]:
    return [24 * day + hour for hour in _set_bits(bits)]


@lru_cache(maxsize=4_096)
def _set_bits(bits: int) -> tuple[int, ...]:
    return tuple(hour for hour in range(24) if bits >> hour & 1)
