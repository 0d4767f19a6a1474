"""Collected pages: what was fetched or delivered, and what became of it in the indexer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, Text, insert, select, update

from crawler.bodies import hash_of
from crawler.database import NEVER_REUSED, Moment, metadata
from crawler.frontier import PRUNED, urls
from crawler.hints import HintsJSON
from crawler.page import Document

PENDING, INDEXED = "pending", "indexed"  # every other state is the name of a final outcome

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
    Column("state", Text, nullable=False, default=PENDING),
    Column("detail", Text, nullable=False, default=""),
    Column("claimed_until", Moment),
    Column("attempts", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    Index("pages_by_state", "state", "number"),
    Index("pages_by_serial", "serial", "number"),
    **NEVER_REUSED,
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
    body_hash = hash_of(document.body)
    newest = select(pages.c.body_hash).where(pages.c.serial == serial).order_by(pages.c.number.desc()).limit(1)
    if connection.scalar(newest) == body_hash:
        return False
    if connection.scalar(select(urls.c.state).where(urls.c.serial == serial)) == PRUNED:
        return False
    row = {
        "serial": serial,
        "body_hash": body_hash,
        "collected": collected,
        "final_url": document.url,
        "source": source,
        "feed": feed,
        "content_type": document.content_type,
        "kind": document.kind,
        "hints": document.hints,
    }
    connection.execute(insert(pages).values(**row))
    first = update(urls).where(urls.c.serial == serial, urls.c.first_collected.is_(None))
    connection.execute(first.values(first_collected=collected))
    return True
