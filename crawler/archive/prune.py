"""Giving up old pages. Their addresses stay known, in the state `pruned`, so that nothing is collected a second time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from crawler.archive.archive import Archive
from crawler.archive.batches import AT_ONCE
from crawler.archive.frontier import urls
from crawler.archive.leases import ENDED
from crawler.archive.pages import pages
from crawler.outcomes import Outcome


def drop_pages(connection: Connection, serials: Sequence[int]) -> int:
    """Drop all pages of these addresses, AT_ONCE at most, which stay known; return how many pages there were."""
    gone = connection.execute(delete(pages).where(pages.c.serial.in_(serials))).rowcount
    ended = {"state": Outcome.PRUNED, "detail": "", "hints": None, "attempts": 0, **ENDED}
    connection.execute(update(urls).where(urls.c.serial.in_(serials)).values(**ended))
    return gone


def count_pages(connection: Connection, serials: Sequence[int]) -> int:
    """Return how many pages these addresses, AT_ONCE at most, have."""
    return connection.execute(select(func.count()).where(pages.c.serial.in_(serials))).scalar_one()


def with_pending(connection: Connection, serials: Sequence[int]) -> set[int]:
    """Return those of the addresses, AT_ONCE at most, of which a page still waits for the indexer."""
    asked = select(pages.c.serial).where(pages.c.serial.in_(serials), pages.c.state == Outcome.PENDING)
    return set(connection.scalars(asked))


def collected_before(connection: Connection, moment: datetime, *, after: int) -> list[int]:
    """Return the next addresses, AT_ONCE at most and beyond serial `after`, whose pages were all collected before that moment."""
    asked = select(pages.c.serial).where(pages.c.serial > after).group_by(pages.c.serial)
    asked = asked.having(func.max(pages.c.collected) < moment).order_by(pages.c.serial)
    return list(connection.scalars(asked.limit(AT_ONCE)))


def remove_unused_bodies(archive: Archive) -> int:
    """Remove the bodies that no page names; return how many bytes they took, compressed."""
    freed, after = 0, ""
    while names := archive.bodies.names(after=after, limit=AT_ONCE):
        # Under the lock that every page is written under; who writes one puts its body again under it.
        with archive.database.write() as connection:
            used = set(connection.scalars(select(pages.c.body_hash).where(pages.c.body_hash.in_(names))))
            freed += archive.bodies.remove([name for name in names if name not in used])
        after = names[-1]
    return freed
