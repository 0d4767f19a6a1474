"""What became of the addresses that each feed named lately: a feed may answer well while none of its articles can be had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, and_, case, func, select

from crawler.archive.frontier import COLLECTED, LEASED, PRUNED, WANTED, urls
from crawler.archive.pages import pages

LOOK = 10_000  # addresses, the newest of all feeds together

_NAMED_LATELY = urls.c.serial > select(func.max(urls.c.serial) - LOOK).scalar_subquery()
_UNDECIDED = urls.c.state.in_((WANTED, LEASED, PRUNED))
_ENDED = case((_UNDECIDED, "postponed"), else_=func.coalesce(pages.c.state, urls.c.state))
_COUNTED = (
    select(urls.c.feed, _ENDED, func.count())
    .outerjoin(pages, and_(pages.c.serial == urls.c.serial, urls.c.state == COLLECTED))
    .where(_NAMED_LATELY, ~_UNDECIDED | and_(urls.c.state == WANTED, urls.c.attempts > 0))
    .group_by(urls.c.feed, _ENDED)
)


def harvests(connection: Connection) -> Mapping[str, Counter[str]]:
    """Return feed → how the addresses that it named lately ended: by the state of their pages, or why there is none."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed, ended, number in connection.execute(_COUNTED):
        found[feed][ended] = number
    return found
