"""Deletes old pages. Their addresses stay known, in the state `pruned`, so that nothing is collected twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from crawler.archive.addresses import pruned
from crawler.archive.archive import Archive
from crawler.archive.batches import AT_ONCE, batches
from crawler.archive.frontier import urls
from crawler.archive.leases import ENDED
from crawler.archive.pages import pages
from crawler.outcomes import Outcome
from crawler.urls import article_id


def drop_pages(connection: Connection, serials: Sequence[int]) -> int:
    """Delete all pages of these addresses, at most AT_ONCE, and return their number; the addresses stay known."""
    count = connection.execute(delete(pages).where(pages.c.serial.in_(serials))).rowcount
    values = {"state": Outcome.PRUNED, "detail": "", "hints": None, "attempts": 0, **ENDED}
    connection.execute(update(urls).where(urls.c.serial.in_(serials)).values(**values))
    return count


def count_pages(connection: Connection, serials: Sequence[int]) -> int:
    """Return the number of pages of these addresses, at most AT_ONCE."""
    return connection.execute(select(func.count()).where(pages.c.serial.in_(serials))).scalar_one()


def with_pending(connection: Connection, serials: Sequence[int]) -> set[int]:
    """Return those of these addresses, at most AT_ONCE, with a page still waiting for the indexer."""
    query = select(pages.c.serial).where(pages.c.serial.in_(serials), pages.c.state == Outcome.PENDING)
    return set(connection.scalars(query))


def collected_before(connection: Connection, moment: datetime, *, after: int) -> list[int]:
    """Return the next addresses, at most AT_ONCE, with serials above `after` and all pages collected before that time."""
    query = select(pages.c.serial).where(pages.c.serial > after).group_by(pages.c.serial)
    query = query.having(func.max(pages.c.collected) < moment).order_by(pages.c.serial)
    return list(connection.scalars(query.limit(AT_ONCE)))


def remove_unused_bodies(archive: Archive) -> int:
    """Remove the bodies that no page refers to, and return their compressed size in bytes.

    Of a body that stays because another address has the same, it is forgotten that a pruned address had it: a repair would bring
    the page of that address back.
    """
    freed, after = 0, ""
    while names := archive.bodies.names(after=after, limit=AT_ONCE):
        # Holds the write lock, under which every page is written; the writer of a page stores its body again under that lock.
        with archive.database.write() as connection:
            used = set(connection.scalars(select(pages.c.body_hash).where(pages.c.body_hash.in_(names))))
            freed += archive.bodies.remove([name for name in names if name not in used])
            archive.bodies.forget(_of_pruned(connection, archive.bodies.shared(list(used))))
        after = names[-1]
    return freed


def _of_pruned(connection: Connection, origins: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    gone: set[str] = set()
    for ids in batches({article_id(url) for _, url in origins}):
        gone |= pruned(connection, ids)
    return [(body, url) for body, url in origins if article_id(url) in gone]
