"""When an article was last changed, as its page or its feed says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from crawler.page import Hints
from crawler.parse.dates import Dated
from indexer.extract import dates
from indexer.extract.facts import Facts
from indexer.extract.json_ld import text_of
from indexer.extract.published import date_of, is_of_change

_META = (
    "article:modified_time",
    "article:modified",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "lastmod",
    "dcterms.modified",
    "dc.date.modified",
    "revised",
)
_TIMES = 50  # elements examined
_NEGLIGIBLE = timedelta(minutes=1)  # systems store both times on publication, a moment apart


def updated_of(facts: Facts, hints: Hints, published: Dated | None, now: datetime | None) -> Dated | None:
    """Return the first possible date of the last change that is later than publication, from: JSON-LD, meta, `<time>`, feed."""
    return later_than(published, _statements(facts, hints), now)


def updated_in_feed(hints: Hints, published: Dated | None, now: datetime | None) -> Dated | None:
    """Return when the feed says that an article was changed, if that is later than its publication."""
    return later_than(published, iter((_from_feed(hints),)), now)


def later_than(published: Dated | None, statements: Iterator[Dated | None], now: datetime | None) -> Dated | None:
    """Return the first statement that is possible, unless it is not later than publication."""
    stated = next((date for date in statements if date and dates.possible(date, now)), None)
    if stated is None or published is None:
        return stated
    if "day" in (stated.precision, published.precision):
        return stated if stated.moment.date() > published.moment.date() else None
    return stated if stated.moment > published.moment + _NEGLIGIBLE else None


def _statements(facts: Facts, hints: Hints) -> Iterator[Dated | None]:
    node = facts.article() or facts.web_page()
    yield dates.parse(text_of(node, "dateModified") or "", facts.locale)
    for name in _META:
        for text in facts.meta.get(name, ())[:1]:
            yield dates.parse(text, facts.locale)
    for element in facts.times[:_TIMES]:
        if is_of_change(element) and "datemodified" in (element.get("itemprop") or "").lower():
            yield date_of(element, facts.locale)
    yield _from_feed(hints)


def _from_feed(hints: Hints) -> Dated | None:
    return Dated(hints.updated, "second") if hints.updated else None
