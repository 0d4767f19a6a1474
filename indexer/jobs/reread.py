"""Archived pages are read again when the extractor has improved, or when what refused them is mended."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select, update

from crawler.archive.pages import PENDING, pages
from indexer.extract import EXTRACTOR_VERSION
from indexer.jobs.articles import articles

_newer = pages.alias()
_HAS_NEWER = select(_newer.c.number).where(_newer.c.serial == pages.c.serial, _newer.c.number > pages.c.number).exists()
_READ_ALREADY = (
    select(articles.c.serial)
    .where(articles.c.page == pages.c.number, articles.c.extractor == EXTRACTOR_VERSION)
    .exists()
)


def reread(connection: Connection, states: Collection[str]) -> int:
    """Make pages in these states pending again: the newest of each address, unless this extractor's text is kept of it.

    Returns:
        how many they are.
    """
    again = update(pages).where(pages.c.state.in_(states), ~_HAS_NEWER, ~_READ_ALREADY)
    fresh = again.values(state=PENDING, detail="", claimed_until=None, attempts=0, crashes=0)
    return connection.execute(fresh).rowcount
