"""What became of the addresses that each feed named lately: a feed may answer well while none of its articles can be had."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, and_, case, func, select

from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from crawler.outcomes import Outcome

LOOK = 10_000  # addresses, the newest of all feeds together

_NAMED_LATELY = urls.c.serial > select(func.max(urls.c.serial) - LOOK).scalar_subquery()
_UNDECIDED = urls.c.state.in_((Outcome.WANTED, Outcome.LEASED, Outcome.PRUNED))
_ENDED = case((_UNDECIDED, Outcome.POSTPONED), else_=func.coalesce(pages.c.state, urls.c.state))
_COUNTED = (
    select(urls.c.feed, _ENDED, func.count())
    .outerjoin(pages, and_(pages.c.serial == urls.c.serial, urls.c.state == Outcome.COLLECTED))
    .where(_NAMED_LATELY, ~_UNDECIDED | and_(urls.c.state == Outcome.WANTED, urls.c.attempts > 0))
    .group_by(urls.c.feed, _ENDED)
)


def harvests(connection: Connection) -> Mapping[str, Counter[str]]:
    """Return feed → how the addresses that it named lately ended: by the state of their pages, or why there is none."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed, ended, number in connection.execute(_COUNTED):
        found[feed][ended] = number
    return found
