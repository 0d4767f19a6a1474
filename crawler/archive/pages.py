"""Collected pages: what was fetched or delivered, and its state in the indexer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    bindparam,
    insert,
    literal_column,
    select,
    update,
)

from crawler.archive.bodies import Origin
from crawler.archive.database import NEVER_REUSED, UTCDateTime, metadata
from crawler.archive.frontier import urls
from crawler.archive.hints import HintsJSON
from crawler.archive.leases import ENDED, Leases, lease_columns
from crawler.outcomes import Outcome
from crawler.page import PageKind, RawPage
from crawler.urls import article_id

# What replaces damaged values: those of the address, and the time of the page before.
_URL = "(SELECT {} FROM urls WHERE urls.serial = pages.serial)"
_BEFORE = "(SELECT max(p.collected) FROM pages p WHERE p.number < pages.number AND typeof(p.collected) = 'integer')"

pages = Table(
    "pages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column(
        "serial",
        ForeignKey(urls.c.serial),
        nullable=False,
        info={"neutral": "(SELECT serial FROM urls WHERE urls.url = pages.final_url)"},
    ),
    Column("body_hash", String(32), nullable=False, info={"neutral": "''"}),
    Column(
        "collected", UTCDateTime, nullable=False, info={"neutral": f"coalesce({_BEFORE}, {_URL.format('discovered')})"}
    ),
    Column("final_url", Text, nullable=False, info={"neutral": f"coalesce({_URL.format('url')}, '')"}),
    Column("source", Text, nullable=False, info={"neutral": f"coalesce({_URL.format('source')}, '')"}),
    Column("feed", Text, nullable=False, info={"neutral": f"coalesce({_URL.format('feed')}, '')"}),
    Column("content_type", Text, nullable=False, info={"neutral": "'text/html'"}),
    Column("kind", Text, nullable=False, info={"among": get_args(PageKind), "neutral": "'document'"}),
    Column("hints", HintsJSON),
    Column(
        "state", Text, nullable=False, default=Outcome.PENDING, info={"among": tuple(Outcome), "neutral": "'pending'"}
    ),
    Column("detail", Text, nullable=False, default=""),
    *lease_columns(),
    Column("attempts", Integer, nullable=False, default=0, info={"between": (0, 1_000_000)}),
    Column("crashes", Integer, nullable=False, default=0, info={"between": (0, 1_000)}),
    Index("pages_by_state", "state", "number"),
    Index("pages_by_serial", "serial", "number"),
    Index("pages_by_source", "source", "number"),
    **NEVER_REUSED,
    info={"is_precious": True},
)

# Spelled out, not as parameters: SQLite uses a partial index only when the statement itself contains its condition.
PENDING = pages.c.state == literal_column(f"'{Outcome.PENDING}'")
TROUBLED = pages.c.crashes > literal_column("0")
Index("pages_pending", pages.c.source, pages.c.number, sqlite_where=PENDING)
Index("pages_troubled", pages.c.source, pages.c.number, sqlite_where=PENDING & TROUBLED)

leases = Leases(pages, among=Outcome.PENDING)

# The detail of a pending page that need not be extracted again. Whatever makes a page pending again clears it.
KEPT = "its article is kept and waits for the engine"

# Built once: building a statement takes longer than SQLite takes to run it.
_STATE = select(urls.c.state).where(urls.c.serial == bindparam("of"))
_NEWEST = (
    select(pages.c.number, pages.c.body_hash, pages.c.hints)
    .where(pages.c.serial == bindparam("of"))
    .order_by(pages.c.number.desc())
    .limit(1)
)
_ADD = insert(pages)
_KEPT = update(pages).where(pages.c.number == bindparam("page"), pages.c.lease_owner.is_not(None))
_AGAIN = {"state": Outcome.PENDING, "detail": "", "attempts": 0, "crashes": 0, **ENDED}
_FIRST = (
    update(urls)
    .where(urls.c.serial == bindparam("of"), urls.c.first_collected.is_(None))
    .values(first_collected=bindparam("at"))
)


def keep_page(
    connection: Connection, serial: int, page: RawPage, *, source: str, feed: str, collected: datetime
) -> bool:
    """Add a page of a known address; its body must already be stored.

    If the newest page of the address has the same body, it is extracted again where a newer entry says more of it.

    Args:
        page: its `url` is the address after redirects.
        collected: the time as read within this transaction, however long its lock was waited for. So whoever holds the
            lock, or has held it since, sees every page collected before it asked for the lock.

    Returns:
        False if nothing was added, because the newest page of the address has the same body or the address was pruned.
    """
    if connection.execute(_STATE, {"of": serial}).scalar_one() == Outcome.PRUNED:
        return False
    newest = connection.execute(_NEWEST, {"of": serial}).one_or_none()
    if newest and newest.body_hash == page.body_hash:
        hints = newest.hints.revised(page.hints)
        if hints != newest.hints:
            connection.execute(update(pages).where(pages.c.number == newest.number).values(hints=hints, **_AGAIN))
        return False
    row = {
        "serial": serial,
        "body_hash": page.body_hash,
        "collected": collected,
        "final_url": page.url,
        "source": source,
        "feed": feed,
        "content_type": page.content_type,
        "kind": page.kind,
        "hints": page.hints,
    }
    connection.execute(_ADD, row)
    connection.execute(_FIRST, {"of": serial, "at": collected})
    return True


def without_page(connection: Connection, origins: Sequence[Origin], *, last: int | None = None) -> list[Origin]:
    """Return those of these origins of bodies, at most AT_ONCE, whose page is lost.

    A page of a pruned address is not lost. One that is older than another page of its address is not wanted any more: the article
    is the newer one's. Where another page has the body, an address that is not known may be a damaged one.

    Args:
        last: number of the last page that counts as having a body; None for all.
    """
    of_addresses = select(urls.c.id, urls.c.state, pages.c.body_hash, pages.c.collected)
    of_addresses = of_addresses.outerjoin(pages, pages.c.serial == urls.c.serial)
    ids = {origin.url: article_id(origin.url) for origin in origins}
    known: defaultdict[str, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(of_addresses.where(urls.c.id.in_(set(ids.values())))).mappings():
        known[row["id"]].append(row)
    lost = [origin for origin in origins if not any(_has(row, origin) for row in known[ids[origin.url]])]
    used = select(pages.c.body_hash).where(pages.c.body_hash.in_({origin.hash for origin in lost}))
    used = used if last is None else used.where(pages.c.number <= last)
    elsewhere = set(connection.scalars(used)) if lost else set()
    return [origin for origin in lost if origin.hash not in elsewhere]


def _has(row: RowMapping, origin: Origin) -> bool:
    if row["state"] == Outcome.PRUNED or row["body_hash"] == origin.hash:
        return True
    return row["collected"] is not None and row["collected"] >= origin.collected


def put_back_page(connection: Connection, serial: int, origin: Origin) -> None:
    """Add the page that a body was stored for, pending."""
    names = ("final_url", "source", "feed", "collected", "content_type", "kind", "hints")
    row = {"serial": serial, "body_hash": origin.hash, **{name: getattr(origin, name) for name in names}}
    connection.execute(_ADD, row)
    connection.execute(_FIRST, {"of": serial, "at": origin.collected})


def read_again(connection: Connection, states: Collection[str], which: ColumnElement[bool]) -> int:
    """Make pages in these states pending again, only the newest of each address, and return their number.

    Args:
        which: a condition on `pages` that selects among them.
    """
    newer = pages.alias()
    has_newer = select(newer.c.number).where(newer.c.serial == pages.c.serial, newer.c.number > pages.c.number).exists()
    again = update(pages).where(pages.c.state.in_(states), ~has_newer, which)
    return connection.execute(again.values(_AGAIN)).rowcount


def extract_again(connection: Connection, number: int) -> None:
    """Make one page pending again, whatever became of it."""
    connection.execute(update(pages).where(pages.c.number == number).values(_AGAIN))


def mark_kept(connection: Connection, numbers: Iterable[int]) -> None:
    """Note that the articles of these pages are kept, so that they are not extracted again after a kill.

    A page whose lease has ended meanwhile gets no note: it became known that it must be extracted again.
    """
    rows = [{"page": number} for number in numbers]
    if rows:
        connection.execute(_KEPT.values(detail=KEPT), rows)


def first_collected(connection: Connection) -> datetime | None:
    """Return when the first page was collected that is still kept; None where there is none."""
    return connection.scalar(select(pages.c.collected).order_by(pages.c.number).limit(1))


def pending_since(connection: Connection, moment: datetime) -> datetime | None:
    """Return when the oldest page collected after the moment was collected that waits for the indexer; None without any.

    Pages collected before that are extracted again do not count.
    """
    waiting = select(pages.c.collected).where(PENDING, pages.c.collected >= moment)
    return connection.scalar(waiting.order_by(pages.c.collected).limit(1))
