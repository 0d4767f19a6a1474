"""The date of publication of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from crawler.page import Hints
from crawler.parse.dates import Dated
from crawler.parse.zones import FARTHEST
from indexer.article import PublishedFrom
from indexer.extract import dates
from indexer.extract.facts import Facts, in_furniture
from indexer.extract.json_ld import text_of

# Names seen on real pages, specific ones first. Names of modification dates are left out on purpose.
_META = (
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "article.published",
    "date.published",
    "published_time",
    "published",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "rnews:datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "article:publicationdate",
    "article_date_original",
    "originalpublicationdate",
    "ptime",
    "date.issued",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "datecreated",
    "date_published",
    "citation_publication_date",
    "citation_date",
    "dc.date",
    "dcterms.date",
    "article.created",
    "article:created",
    "date",
    "created",
)
_TIMES = 50  # elements examined; lists of comments have thousands


@dataclass(frozen=True, slots=True)
class Published:
    """The date of publication and where it comes from."""

    date: Dated | None
    origin: PublishedFrom


def published_of(facts: Facts, tree: HtmlElement, url: str, hints: Hints, now: datetime | None) -> Published:
    """Return the first possible date of publication, from: feed, JSON-LD, meta, `<time>`, address, text.

    A feed's date of the last change ranks after the page's own dates and before a guess from its text. A date without a time
    takes the time from the first lower-ranking date that is on the same day, and a time without a zone gives way to one with a
    zone that can be the same moment.
    """
    candidates = [
        Published(date, origin) for origin, date in _statements(facts, url, hints) if dates.possible(date, now)
    ]
    if not candidates:
        guess = dates.possible(_from_text(tree, url, now), now)
        return Published(guess, "text" if guess else "none")
    return _refined(candidates[0], candidates)


def hinted(hints: Hints, now: datetime | None) -> Published:
    """Return the feed's date when there is no page."""
    date = dates.possible(_from_feed(hints), now)
    return Published(date, "feed" if date else "none")


def _refined(best: Published, candidates: Sequence[Published]) -> Published:
    """Return the statement that says more exactly than the best one when the article was published, or the best one."""
    if best.date is None or (best.date.precision == "second" and best.date.has_zone):
        return best
    better = [other for other in candidates if other.date and _refines(other.date, best.date)]
    return next((other for other in better if other.date and other.date.has_zone), better[0] if better else best)


def _refines(other: Dated, best: Dated) -> bool:
    if other.precision == "day":
        return False
    if best.precision == "day":
        return dates.same_day(other, best)
    return other.has_zone and abs(other.moment - best.moment) <= FARTHEST


def _statements(facts: Facts, url: str, hints: Hints) -> Iterator[tuple[PublishedFrom, Dated | None]]:
    if not hints.is_change:
        yield "feed", _from_feed(hints)
    for node in (facts.article(), facts.web_page()):
        for name in ("datePublished", "dateCreated"):
            if text := text_of(node, name):
                yield "json-ld", dates.parse(text)
    for name in _META:
        for text in facts.meta.get(name, ())[:1]:
            yield "meta", dates.parse(text)
    for element in _times(facts):
        yield "time", dates.parse(element.get("datetime") or element.text_content())
    yield "url", dates.day_of_url(url)
    if hints.is_change:
        yield "feed", _from_feed(hints)


def _from_feed(hints: Hints) -> Dated | None:
    if hints.published is None:
        return None
    return Dated(hints.published, hints.published_precision or "second", not hints.lacks_zone)


def _times(facts: Facts) -> list[HtmlElement]:
    """Return at most three `<time>` elements: those marked as publication dates, then others outside navigation."""
    first = facts.times[:_TIMES]
    marked = [element for element in first if _is_marked(element)]
    plain = (element for element in first if not _is_marked(element) and not in_furniture(element))
    return [*marked, *plain][:3]


def _is_marked(element: HtmlElement) -> bool:
    return element.get("pubdate") is not None or "datepublished" in (element.get("itemprop") or "").lower()


def _from_text(tree: HtmlElement, url: str, now: datetime | None) -> Dated | None:
    # Imported here: it is slow to load, and needed for one page in twenty.
    from htmldate import find_date

    latest = f"{now:%Y-%m-%d}" if now else None
    try:
        text = find_date(tree, url=url, original_date=True, extensive_search=False, max_date=latest)
    except Exception:  # a failed guess is no reason to lose the page
        return None
    return dates.parse(text) if text else None
