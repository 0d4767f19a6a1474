"""Collected pages: what was fetched or delivered, and what became of it in the indexer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    update,
)

from crawler.archive.database import NEVER_REUSED, Moment, metadata
from crawler.archive.frontier import urls
from crawler.archive.hints import HintsJSON
from crawler.archive.leases import ENDED, Leases, lease_columns
from crawler.outcomes import Outcome
from crawler.page import Document

pages = Table(
    "pages",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("serial", ForeignKey(urls.c.serial), nullable=False),
    Column("body_hash", String(32), nullable=False),
    Column("collected", Moment, nullable=False),
    Column("final_url", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("feed", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("hints", HintsJSON),
    Column("state", Text, nullable=False, default=Outcome.PENDING),
    Column("detail", Text, nullable=False, default=""),
    *lease_columns(),
    Column("attempts", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    Index("pages_by_state", "state", "number"),
    Index("pages_by_serial", "serial", "number"),
    **NEVER_REUSED,
)

leases = Leases(pages, among=Outcome.PENDING)

# Built once: building a statement costs more than SQLite takes to obey it.
_NEWEST = select(pages.c.body_hash).where(pages.c.serial == bindparam("of")).order_by(pages.c.number.desc()).limit(1)
_STANDING = select(urls.c.state, _NEWEST.scalar_subquery()).where(urls.c.serial == bindparam("of"))
_ADD = insert(pages)
_FIRST = (
    update(urls)
    .where(urls.c.serial == bindparam("of"), urls.c.first_collected.is_(None))
    .values(first_collected=bindparam("at"))
)


def keep_page(
    connection: Connection, serial: int, document: Document, *, source: str, feed: str, collected: datetime
) -> bool:
    """Add a page of a known address; its body must be in the file of bodies already.

    Args:
        document: its url is the address it came from after redirects.

    Returns:
        False when the newest page of the address has the same body, or the address was pruned: nothing is added.
    """
    state, newest = connection.execute(_STANDING, {"of": serial}).one()
    if newest == document.body_hash or state == Outcome.PRUNED:
        return False
    row = {
        "serial": serial,
        "body_hash": document.body_hash,
        "collected": collected,
        "final_url": document.url,
        "source": source,
        "feed": feed,
        "content_type": document.content_type,
        "kind": document.kind,
        "hints": document.hints,
    }
    connection.execute(_ADD, row)
    connection.execute(_FIRST, {"of": serial, "at": collected})
    return True


def read_again(connection: Connection, states: Collection[str], *, except_for: Select[tuple[int]]) -> int:
    """Make pages in these states pending again, the newest of each address alone; return how many they are.

    Args:
        except_for: numbers of pages that stay as they are.
    """
    newer = pages.alias()
    has_newer = select(newer.c.number).where(newer.c.serial == pages.c.serial, newer.c.number > pages.c.number).exists()
    again = update(pages).where(pages.c.state.in_(states), ~has_newer, pages.c.number.not_in(except_for))
    return connection.execute(again.values(state=Outcome.PENDING, detail="", attempts=0, crashes=0, **ENDED)).rowcount
