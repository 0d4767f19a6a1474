"""What people want of the crawler: to poll a feed now, or to leave it alone until they say otherwise."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, Text, select
from sqlalchemy.dialects.sqlite import insert

from crawler.archive.database import UTCDateTime, metadata

feed_requests = Table(
    "feed_requests",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("asked", UTCDateTime),
    Column("paused", UTCDateTime),
)


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """What is wanted of one feed.

    Attributes:
        asked: when somebody last wanted it polled at once, UTC; a poll that began later has answered that.
        paused: since when it is left alone, UTC; None when it is not.
    """

    asked: datetime | None
    paused: datetime | None


NOTHING = FeedRequest(None, None)


def ask(connection: Connection, feeds: Collection[str], now: datetime) -> None:
    """Want these feeds polled at once."""
    _set(connection, feeds, asked=now)


def pause(connection: Connection, feeds: Collection[str], now: datetime) -> None:
    """Want these feeds left alone from now on; those that are keep the time since when."""
    current = all_requests(connection)
    _set(connection, [id for id in feeds if current.get(id, NOTHING).paused is None], paused=now)


def resume(connection: Connection, feeds: Collection[str]) -> None:
    """Want these feeds polled as usual again."""
    _set(connection, feeds, paused=None)


def all_requests(connection: Connection) -> dict[str, FeedRequest]:
    """Return feed id → what is wanted of it, for every feed of which anything ever was."""
    rows = connection.execute(select(feed_requests)).all()
    return {row.feed: FeedRequest(row.asked, row.paused) for row in rows}


def select_paused() -> Select[tuple[str]]:
    """Return the query for the ids of paused feeds."""
    return select(feed_requests.c.feed).where(feed_requests.c.paused.is_not(None))


def select_asked(
    feed: ColumnElement[str], last_poll: ColumnElement[datetime | None], now: datetime
) -> Select[tuple[str]]:
    """Return the query for the requests of a feed that no poll has answered yet.

    A request from the future is left for then: the clock was set back, and no poll could answer it before.
    """
    since = feed_requests.c.asked
    unanswered = last_poll.is_(None) | (since > last_poll)
    return select(feed_requests.c.feed).where(feed_requests.c.feed == feed, since <= now, unanswered)


def _set(connection: Connection, feeds: Collection[str], **values: datetime | None) -> None:
    for id in feeds:
        row = insert(feed_requests).values(feed=id, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["feed"], set_=values))
