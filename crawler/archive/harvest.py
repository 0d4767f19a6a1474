"""Outcomes of the addresses each feed listed recently: a feed may work while none of its articles can be fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, and_, case, func, select

from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from crawler.outcomes import Outcome

LOOK = 10_000  # number of newest addresses, over all feeds

_RECENT = urls.c.serial > select(func.max(urls.c.serial) - LOOK).scalar_subquery()
_UNDECIDED = urls.c.state.in_((Outcome.WANTED, Outcome.LEASED, Outcome.PRUNED))
_OUTCOME = case((_UNDECIDED, Outcome.POSTPONED), else_=func.coalesce(pages.c.state, urls.c.state))
_COUNTED = (
    select(urls.c.feed, _OUTCOME, func.count())
    .outerjoin(pages, and_(pages.c.serial == urls.c.serial, urls.c.state == Outcome.COLLECTED))
    .where(_RECENT, ~_UNDECIDED | and_(urls.c.state == Outcome.WANTED, urls.c.attempts > 0))
    .group_by(urls.c.feed, _OUTCOME)
)


def harvests(connection: Connection) -> Mapping[str, Counter[str]]:
    """Return feed → outcome → number of recently listed addresses; the outcome is the page's state, or why there is no page."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed, outcome, number in connection.execute(_COUNTED):
        counts[feed][outcome] = number
    return counts
