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


def drop_pages(connection: Connection, serials: Sequence[int]) -> list[str]:
    """Delete all pages of these addresses, at most AT_ONCE, and return the hash of each one's body; the addresses stay known."""
    deletion = delete(pages).where(pages.c.serial.in_(serials)).returning(pages.c.body_hash)
    bodies = list(connection.scalars(deletion))
    values = {"state": Outcome.PRUNED, "detail": "", "hints": None, "attempts": 0, **ENDED}
    connection.execute(update(urls).where(urls.c.serial.in_(serials)).values(**values))
    return bodies


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


def remove_unused_bodies(archive: Archive, dropped: set[str]) -> int:
    """Remove the bodies of pruned addresses that no page refers to, and return their compressed size in bytes.

    Bodies whose address is not known as pruned stay: their pages may be lost, and a repair puts them back. Of a body that another
    address has as well, it is forgotten that a pruned address had it, for the same reason.

    Args:
        dropped: hashes of the bodies of pages that were deleted; it is not known of all bodies where they come from.
    """
    freed, after = 0, ""
    while names := archive.bodies.names(after=after, limit=AT_ONCE):
        # Holds the write lock, under which every page is written; the writer of a page stores its body again under that lock.
        with archive.database.write() as connection:
            origins = archive.bodies.addresses(names)
            gone = _of_pruned(connection, origins)
            candidates = {body for body, _ in gone} | dropped.intersection(names)
            used = select(pages.c.body_hash).where(pages.c.body_hash.in_(candidates))
            kept = {body for body, _ in set(origins) - gone}.union(connection.scalars(used) if candidates else ())
            freed += archive.bodies.remove(list(candidates - kept))
            archive.bodies.forget([origin for origin in gone if origin[0] in kept])
        after = names[-1]
    return freed


def _of_pruned(connection: Connection, origins: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    ids = {url: article_id(url) for _, url in origins}
    gone: set[str] = set()
    for some in batches(set(ids.values())):
        gone |= pruned(connection, some)
    return {(body, url) for body, url in origins if ids[url] in gone}
