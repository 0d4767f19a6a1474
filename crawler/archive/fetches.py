"""The history of fetches: one row for every poll of a feed, so that gaps in collecting can be told from silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, delete, insert, select

from crawler.archive import feed_hours
from crawler.archive.database import Moment, metadata
from crawler.outcomes import Outcome

# Outcomes after which nothing that the feed names is missing, single sitemaps of an index apart.
COMPLETE = frozenset({Outcome.READ, Outcome.UNCHANGED})

fetches = Table(
    "fetches",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("feed", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("bytes", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("detail", Text, nullable=False),
    Index("fetches_by_feed", "feed", "at"),
    Index("fetches_by_time", "at"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """One poll of a feed and how it ended.

    Attributes:
        at: UTC, when the poll began.
        status: HTTP status of the last answer, None when there was none.
        found: links and documents read; `new` those not known before or revised.
    """

    feed: str
    at: datetime
    outcome: str
    status: int | None
    milliseconds: int
    bytes: int
    found: int
    new: int
    detail: str


def record(connection: Connection, fetch: Fetch) -> None:
    """Add a row, and note that the feed delivered where it did."""
    connection.execute(insert(fetches).values(**asdict(fetch)))
    if fetch.outcome in COMPLETE:
        feed_hours.note(connection, fetch.feed, fetch.at)


def between(connection: Connection, feeds: Sequence[str], since: datetime, until: datetime) -> list[Fetch]:
    """Return the fetches of feeds that began in `since <= at < until`, in order of time."""
    query = select(*(fetches.c[name] for name in Fetch.__dataclass_fields__)).order_by(fetches.c.at)
    query = query.where(fetches.c.feed.in_(feeds), fetches.c.at >= since, fetches.c.at < until)
    return [Fetch(**row) for row in connection.execute(query).mappings()]


def prune(connection: Connection, before: datetime) -> int:
    """Delete rows older than that; return how many."""
    return connection.execute(delete(fetches).where(fetches.c.at < before)).rowcount
