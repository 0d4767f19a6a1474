"""Outcomes of the addresses each feed listed recently: a feed may work while none of its articles can be fetched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection, and_, case, func, literal, select

from crawler.archive.frontier import urls
from crawler.archive.pages import pages
from crawler.outcomes import Outcome

LOOK = 10_000  # number of newest addresses, over all feeds

NEWEST = 20  # addresses of each feed, so that a feed whose pages cannot be had any more is noticed
WAITING = f"{Outcome.POSTPONED}: "  # before the reason why an address waits for its next attempt

_RECENT = urls.c.serial > select(func.max(urls.c.serial) - LOOK).scalar_subquery()
_UNDECIDED = urls.c.state.in_((Outcome.WANTED, Outcome.LEASED, Outcome.PRUNED))
_OUTCOME = case((_UNDECIDED, literal(WAITING) + urls.c.detail), else_=func.coalesce(pages.c.state, urls.c.state))
_RANKED = (
    select(
        urls.c.feed,
        _OUTCOME.label("outcome"),
        func.row_number().over(partition_by=urls.c.feed, order_by=urls.c.serial.desc()).label("place"),
    )
    .outerjoin(pages, and_(pages.c.serial == urls.c.serial, urls.c.state == Outcome.COLLECTED))
    .where(_RECENT, ~_UNDECIDED | and_(urls.c.state == Outcome.WANTED, urls.c.attempts > 0))
    .subquery()
)
_COUNTED = (
    select(_RANKED.c.feed, _RANKED.c.outcome, func.count())
    .where(_RANKED.c.place <= NEWEST)
    .group_by(_RANKED.c.feed, _RANKED.c.outcome)
)


def harvests(connection: Connection) -> Mapping[str, Counter[str]]:
    """Return feed → outcome → number of its newest addresses.

    The outcome is the page's state, why there is no page, or `WAITING` and the reason.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for feed, outcome, number in connection.execute(_COUNTED):
        counts[feed][outcome] = number
    return counts
