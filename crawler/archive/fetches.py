"""The history of fetches: one row per poll of a feed, which tells gaps in collecting from silence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, delete, func, insert, select

from crawler.archive import feed_hours
from crawler.archive.database import UTCDateTime, metadata
from crawler.outcomes import Outcome

# Outcomes of a complete poll; individual sitemaps of an index may still have failed.
COMPLETE = frozenset({Outcome.READ, Outcome.UNCHANGED})

fetches = Table(
    "fetches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("listed", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Index("fetches_by_feed", "feed", "at"),
    Index("fetches_by_time", "at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One poll of a feed and its outcome.

    Attributes:
        at: UTC, when the poll began.
        status: HTTP status of the last response, None when there was none.
        listed: links and pages in the response; `new` counts those that were unknown or revised.
    """

    feed: str
    at: datetime
    outcome: str
    status: int | None
    milliseconds: int
    bytes: int
    listed: int
    new: int
    detail: str


def record(connection: Connection, fetch: Fetch) -> None:
    """Add a row, and note that the feed delivered where it did."""
    connection.execute(insert(fetches).values(**asdict(fetch)))
    if fetch.outcome in COMPLETE:
        feed_hours.note(connection, fetch.feed, fetch.at)


def latest(connection: Connection, feed: str, limit: int) -> list[Fetch]:
    """Return the latest fetches of a feed, newest first."""
    query = select(*(fetches.c[name] for name in Fetch.__dataclass_fields__)).where(fetches.c.feed == feed)
    query = query.order_by(fetches.c.at.desc(), fetches.c.number.desc()).limit(limit)
    return [Fetch(**row) for row in connection.execute(query).mappings()]


def prune(connection: Connection, before: datetime) -> int:
    """Delete the fetches before that time and return their number."""
    return connection.execute(delete(fetches).where(fetches.c.at < before)).rowcount


def newest_number(connection: Connection) -> int:
    """Return the number of the newest fetch; 0 when there is none."""
    return connection.scalar(select(func.max(fetches.c.number))) or 0


def outcomes_after(connection: Connection, number: int) -> dict[str, int]:
    """Return outcome → how many fetches newer than that number ended so."""
    query = select(fetches.c.outcome, func.count()).where(fetches.c.number > number).group_by(fetches.c.outcome)
    return dict(connection.execute(query).all())
