"""The queue of pending pages: which sources have some, and which pages of a source come next."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Connection, bindparam, select, text, true

from crawler.archive.pages import PENDING, TROUBLED, pages

# One step in an index per source. DISTINCT would read every pending page, of which there are a million after a `reread`.
_STEPS = (
    "WITH RECURSIVE steps(source) AS (SELECT min(source) FROM pages WHERE {which} UNION ALL"
    " SELECT (SELECT min(source) FROM pages WHERE {which} AND source > steps.source) FROM steps"
    " WHERE source IS NOT NULL) SELECT source FROM steps WHERE source IS NOT NULL"
)
_WAITING = text(_STEPS.format(which="state = 'pending'"))
_TROUBLED = text(_STEPS.format(which="state = 'pending' AND crashes > 0"))
_OLDEST = select(pages.c.number).where(PENDING, pages.c.source == bindparam("of")).order_by(pages.c.number)


def sources_waiting(connection: Connection, *, troubled: bool = False) -> list[str]:
    """Return the sources that have pending pages, leased ones included.

    Args:
        troubled: count only pages whose extraction did not finish the last time.
    """
    return list(connection.scalars(_TROUBLED if troubled else _WAITING))


def next_pages(
    connection: Connection, shares: Mapping[str, int], free: ColumnElement[bool], *, troubled: bool | None
) -> list[int]:
    """Return the numbers of the oldest free pending pages of each source, oldest first.

    Args:
        shares: source → how many of its pages at most.
        free: a condition on `pages`: those that may be claimed.
        troubled: only pages whose extraction did not finish the last time, or only others; None for both.
    """
    which = {None: true(), True: TROUBLED, False: ~TROUBLED}[troubled]
    statement = _OLDEST.where(free, which).limit(bindparam("most"))
    numbers: list[int] = []
    for source, most in shares.items():
        numbers += connection.scalars(statement, {"of": source, "most": most})
    return sorted(numbers)
