"""The state of feeds: when each is due, how its last polls went, and the validators for its next request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from config.sources import Feed
from crawler.archive.batches import batches
from crawler.archive.database import UTCDateTime, metadata
from crawler.archive.feed_requests import select_asked, select_paused
from crawler.archive.leases import ENDED, Leases, Owner, lease_columns
from crawler.schedule import LONGEST_FLOOR
from crawler.urls import registered_domain

feeds = Table(
    "feeds",
    metadata,
    Column("id", Text, primary_key=True),
    Column("setup", String(32), nullable=False, info={"neutral": "''"}),  # two hashes, see _setup
    Column("site", Text, nullable=False),
    Column("polled", Boolean, nullable=False, info={"neutral": 1}),  # configured and enabled
    Column("next_due", UTCDateTime, nullable=False, info={"neutral": 0}),
    *lease_columns(),
    Column("failures", Integer, nullable=False, default=0, info={"between": (0, 1_000_000)}),
    Column("failing_since", UTCDateTime),
    Column("last_poll", UTCDateTime),
    Column("last_success", UTCDateTime),
    Column("last_new", UTCDateTime),
    Column("rhythm", Integer),  # seconds between polls with something new, a moving average
    Column("outcome", Text),
    Column("detail", Text, nullable=False, default=""),
    Column("slowed", Integer),  # seconds between polls, where the domain allows fewer than the schedule asks for
    Index("feeds_due", "polled", "next_due"),
)
validators = Table(
    "validators",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(32), nullable=False),
    Column("saved", UTCDateTime, nullable=False),
)
sites = Table(
    "sites",
    metadata,
    Column("site", Text, primary_key=True),
    Column("not_before", UTCDateTime, nullable=False),
)

leases = Leases(feeds)

_HALF = 16  # characters of one hash in a setup


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """The state of a feed; times are UTC, None if it never happened."""

    id: str
    next_due: datetime
    failures: int  # failed polls in a row
    failing_since: datetime | None
    last_poll: datetime | None
    last_success: datetime | None
    last_new: datetime | None  # last poll that found something new
    rhythm: int | None  # seconds
    outcome: str | None
    detail: str
    slowed: int | None = None  # seconds between polls, where the domain allows fewer than the schedule asks for


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What the next conditional request for an address needs (RFC 9110 13.1)."""

    etag: str | None
    last_modified: str | None
    body_hash: str


def sync(connection: Connection, configured: Iterable[Feed], now: datetime) -> None:
    """Update the rows to match the configuration.

    New feeds become due now, and so do feeds with a changed schedule, URL, kind or options; unless only the schedule changed,
    the next response is read in full.
    """
    by_id = {feed.id: feed for feed in configured}
    rows = connection.execute(select(feeds.c.id, feeds.c.setup, feeds.c.polled)).all()
    ids = {row.id for row in rows}
    new = [name for name in by_id if name not in ids]
    for some in batches(new):
        connection.execute(insert(feeds), [_new_row(by_id[name], now) for name in some])
    for row in rows:
        feed = by_id.get(row.id)
        polled = bool(feed and feed.enabled)
        if feed and _setup(feed) != row.setup:
            if _parse_setup(feed) != row.setup[:_HALF]:
                connection.execute(delete(validators).where(validators.c.feed == row.id))
            connection.execute(update(feeds).where(feeds.c.id == row.id).values(**_new_row(feed, now), failures=0))
        elif polled != row.polled:
            connection.execute(update(feeds).where(feeds.c.id == row.id).values(polled=polled, next_due=now))


def claim_due(
    connection: Connection,
    limit: int,
    *,
    now: datetime,
    lease: timedelta,
    owner: Owner,
    busy: Set[str] = frozenset(),
    only: Collection[str] | None = None,
) -> list[str]:
    """Lease up to `limit` due feeds, at most one per registered domain, longest overdue first; return their ids.

    Args:
        busy: registered domains to leave alone.
        only: ids to choose from; None means all.
    """
    due = select(feeds.c.id, feeds.c.site).where(_is_due(now, lease, only)).order_by(feeds.c.next_due)
    chosen: dict[str, str] = {}  # by registered domain
    with connection.execute(due.execution_options(stream_results=True)) as waiting:
        for name, site in waiting:
            if site not in busy:
                chosen.setdefault(site, name)
            if len(chosen) == limit:
                break
    ids = list(chosen.values())
    if ids:
        connection.execute(leases.claim(feeds.c.id.in_(ids), owner, now + lease))
    return ids


def any_due(connection: Connection, *, now: datetime, lease: timedelta, only: Collection[str] | None = None) -> bool:
    """Return whether a feed could be claimed now."""
    return connection.execute(select(feeds.c.id).where(_is_due(now, lease, only)).limit(1)).first() is not None


def state_of(connection: Connection, feed_id: str) -> FeedState | None:
    """Return the state of a feed, or None if it is not known."""
    return next(iter(_states(connection, [feed_id])), None)


def states(connection: Connection) -> dict[str, FeedState]:
    """Return feed id → state, for every known feed."""
    return {state.id: state for state in _states(connection, None)}


def slowed(connection: Connection) -> dict[str, int]:
    """Return feed id → seconds between polls, for the feeds whose domains allow fewer than their schedules ask for."""
    rows = connection.execute(select(feeds.c.id, feeds.c.slowed).where(feeds.c.slowed.is_not(None)))
    return {row.id: row.slowed for row in rows}


def others_of_site(connection: Connection, feed: Feed) -> int:
    """Return how many other feeds are polled on the registered domain of a feed."""
    polled = select(func.count()).where(feeds.c.polled, feeds.c.site == registered_domain(feed.url))
    return connection.execute(polled.where(feeds.c.id != feed.id)).scalar_one()


def update_state(connection: Connection, state: FeedState) -> None:
    """Store the state of a feed after a poll and end its lease."""
    values = {name: getattr(state, name) for name in FeedState.__dataclass_fields__ if name != "id"}
    connection.execute(update(feeds).where(feeds.c.id == state.id).values(**values, **ENDED))


def being_polled(connection: Connection, now: datetime, lease: timedelta) -> set[str]:
    """Return the ids of the feeds that a crawler is polling."""
    return set(connection.scalars(select(feeds.c.id).where(~leases.are_free(now, lease))))


def make_due(connection: Connection, ids: Collection[str] | None, now: datetime) -> None:
    """Make these feeds due now, or all feeds if `ids` is None."""
    statement = update(feeds).where(feeds.c.polled)
    if ids is not None:
        statement = statement.where(feeds.c.id.in_(ids))
    connection.execute(statement.values(next_due=now))


def give_back(connection: Connection, ids: Collection[str], owner: Owner) -> None:
    """End the owner's leases of these feeds; they stay due."""
    leases.give_back(connection, owner, feeds.c.id.in_(ids))


def rebase(connection: Connection, now: datetime) -> int:
    """Make feeds due now whose last poll is in the future because the clock was set back; return their number."""
    stranded = and_(feeds.c.next_due > now, or_(feeds.c.last_poll.is_(None), feeds.c.last_poll > now))
    return connection.execute(update(feeds).where(stranded).values(next_due=now)).rowcount


def validators_of(connection: Connection, feed_id: str, url: str) -> Validators | None:
    """Return the validators for an address of a feed, or None if it must be read in full."""
    query = select(validators.c.etag, validators.c.last_modified, validators.c.body_hash)
    row = connection.execute(query.where(validators.c.feed == feed_id, validators.c.url == url)).mappings().first()
    return Validators(**row) if row else None


def is_current(connection: Connection, feed: Feed) -> bool:
    """Return whether the feed is still configured like this; its file may be edited while it is polled."""
    return connection.scalar(select(feeds.c.setup).where(feeds.c.id == feed.id)) == _setup(feed)


def save_validators(connection: Connection, feed_id: str, url: str, current: Validators, now: datetime) -> None:
    """Save the validators for the next request; only in or after the transaction that stored the response itself."""
    connection.execute(delete(validators).where(validators.c.feed == feed_id, validators.c.url == url))
    row = {"feed": feed_id, "url": url, "saved": now}
    row |= {"etag": current.etag, "last_modified": current.last_modified, "body_hash": current.body_hash}
    connection.execute(insert(validators).values(**row))


def prune_validators(connection: Connection, before: datetime) -> int:
    """Delete validators last saved before that time and return their number; their addresses are then read in full once."""
    return connection.execute(delete(validators).where(validators.c.saved < before)).rowcount


def hold_sites(connection: Connection, ends: Mapping[str, datetime]) -> None:
    """Make no request to these registered domains before these times, as their servers asked; a later time stays."""
    for site, until in ends.items():
        row = sqlite_insert(sites).values(site=site, not_before=until)
        later = func.max(sites.c.not_before, row.excluded.not_before)
        connection.execute(row.on_conflict_do_update(index_elements=["site"], set_={"not_before": later}))


def held_sites(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return the registered domains whose servers asked us to wait, and until when."""
    rows = connection.execute(_hold_query(now).add_columns(sites.c.not_before))
    return dict(rows.all())


def _hold_query(now: datetime) -> Select[tuple[str]]:
    # A hold of more than a day cannot be real: the clock was set back.
    return select(sites.c.site).where(sites.c.not_before > now, sites.c.not_before <= now + LONGEST_FLOOR)


def _is_due(now: datetime, lease: timedelta, only: Collection[str] | None) -> ColumnElement[bool]:
    free = leases.are_free(now, lease)
    is_time = or_(feeds.c.next_due <= now, select_asked(feeds.c.id, feeds.c.last_poll, now).exists())
    is_left_alone = or_(feeds.c.site.in_(_hold_query(now)), feeds.c.id.in_(select_paused()))
    due = and_(feeds.c.polled, is_time, free, ~is_left_alone)
    return due if only is None else and_(due, feeds.c.id.in_(only))


def _states(connection: Connection, ids: Collection[str] | None) -> list[FeedState]:
    query = select(*(feeds.c[name] for name in FeedState.__dataclass_fields__))
    if ids is not None:
        query = query.where(feeds.c.id.in_(ids))
    return [FeedState(**row) for row in connection.execute(query).mappings()]


def _new_row(feed: Feed, now: datetime) -> dict[str, object]:
    site = registered_domain(feed.url)
    return {"id": feed.id, "setup": _setup(feed), "site": site, "polled": feed.enabled, "next_due": now}


def _setup(feed: Feed) -> str:
    """Return two hashes: of what determines how responses are read, and of the schedule."""
    return _parse_setup(feed) + _hash([feed.every, feed.cron])


def _parse_setup(feed: Feed) -> str:
    return _hash([feed.url, feed.kind, dict(feed.options)])


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=_HALF // 2).hexdigest()
