"""The date of publication of a page."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from lxml.html import HtmlElement, tostring

from crawler.page import Hints
from crawler.parse.dates import Dated
from crawler.parse.zones import FARTHEST
from indexer.article import PublishedFrom
from indexer.extract import dates
from indexer.extract.facts import Facts
from indexer.extract.json_ld import Node, text_of, types
from indexer.extract.locale import Locale
from indexer.extract.scope import Scope
from indexer.extract.title import headline_element

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
_VISIBLE = 400  # elements beside and in the article that may show a date
_PARAGRAPHS = 3  # of the article, after which dates are no longer its own
_LONG_LINE = 100  # characters
_LONGEST_LINE = 60  # characters of a line that dates an article; a longer one tells of other days


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
    scope = functools.cache(lambda: Scope(tree, headline_element(facts, url)))
    candidates: list[Published] = []
    for origin, date in _statements(facts, scope, url, hints):
        if date is None or dates.possible(date, now) is None:
            continue
        candidates.append(Published(date, origin))
        if candidates[0].date == date and _is_exact(date):
            break
    if not candidates:
        shown = (*_visible(scope(), facts.locale), _guessed(scope().alone(tree), facts.locale, url, now))
        guess = next((date for date in shown if dates.possible(date, now)), None)
        return Published(guess, "text" if guess else "none")
    return _refined(candidates[0], candidates)


def hinted(hints: Hints, now: datetime | None, locale: Locale) -> Published:
    """Return the feed's date when there is no page."""
    date = dates.possible(_from_feed(hints, locale), now)
    return Published(date, "feed" if date else "none")


def _is_exact(date: Dated) -> bool:
    return date.precision == "second" and date.has_zone


def _refined(best: Published, candidates: Sequence[Published]) -> Published:
    """Return the statement that says more exactly than the best one when the article was published, or the best one."""
    if best.date is None or _is_exact(best.date):
        return best
    better = [other for other in candidates if other.date and _refines(other.date, best.date)]
    return next((other for other in better if other.date and other.date.has_zone), better[0] if better else best)


def _refines(other: Dated, best: Dated) -> bool:
    if other.precision == "day":
        return False
    if best.precision == "day":
        return dates.same_day(other, best)
    return other.has_zone and abs(other.moment - best.moment) <= FARTHEST


def _statements(
    facts: Facts, scope: Callable[[], Scope], url: str, hints: Hints
) -> Iterator[tuple[PublishedFrom, Dated | None]]:
    if not hints.is_change:
        yield "feed", _from_feed(hints, facts.locale)
    yield "json-ld", _start_of_coverage(facts.article(), facts.locale)
    for node in (facts.article(), facts.web_page()):
        for name in ("datePublished", "dateCreated"):
            if text := text_of(node, name):
                yield "json-ld", dates.parse(text, facts.locale)
    for name in _META:
        for text in facts.meta.get(name, ())[:1]:
            yield "meta", dates.parse(text, facts.locale)
    for element in _times(facts, scope):
        yield "time", date_of(element, facts.locale)
    yield "url", dates.day_of_url(url)
    if hints.is_change:
        yield "feed", _from_feed(hints, facts.locale)


def _start_of_coverage(node: Node, locale: Locale) -> Dated | None:
    """Return when a live blog began; many sites write the time of its latest entry as its date of publication."""
    if "LiveBlogPosting" not in types(node):
        return None
    stated = [dates.parse(text_of(node, name) or "", locale) for name in ("coverageStartTime", "datePublished")]
    return min((date for date in stated if date), key=lambda date: date.moment, default=None)


def _from_feed(hints: Hints, locale: Locale) -> Dated | None:
    if hints.published is None:
        return None
    stated = Dated(hints.published, hints.published_precision or "second", not hints.lacks_zone)
    return dates.placed(stated, locale)


def _times(facts: Facts, scope: Callable[[], Scope]) -> list[HtmlElement]:
    """Return at most three `<time>` elements in or beside the article: those marked as its publication first, then others."""
    first = [element for element in facts.times[:_TIMES] if not is_of_change(element) and scope().contains(element)]
    return sorted(first, key=lambda element: not _is_marked(element))[:3]


def _is_marked(element: HtmlElement) -> bool:
    return element.get("pubdate") is not None or "datepublished" in (element.get("itemprop") or "").lower()


def is_of_change(element: HtmlElement) -> bool:
    """Return whether an element is marked as the date of the last change."""
    marks = f"{element.get('itemprop') or ''} {element.get('class') or ''}".lower()
    return ("modified" in marks or "updated" in marks.split()) and "published" not in marks


def date_of(element: HtmlElement, locale: Locale) -> Dated | None:
    """Return the date of a `<time>` or `<meta>` element."""
    return dates.parse(element.get("datetime") or element.get("content") or element.text_content(), locale)


def _visible(scope: Scope, locale: Locale) -> Iterator[Dated]:
    """Yield the dates that short lines show beside the headline and before the fourth paragraph of the article."""
    for side in scope.sides():
        paragraphs = 0
        for element in islice(side, _VISIBLE):
            for text in filter(None, (element.text, element.tail)):
                line = " ".join(text.split())
                paragraphs += len(line) >= _LONG_LINE
                if 6 <= len(line) <= _LONGEST_LINE and (date := dates.parse(line, locale)) and scope.contains(element):
                    yield date
            if paragraphs > _PARAGRAPHS:
                break


def _guessed(page: HtmlElement, locale: Locale, url: str, now: datetime | None) -> Dated | None:
    """Return the date that htmldate finds in a page, unless it may have taken the month for the day."""
    # Imported here: it is slow to load, and needed for one page in twenty.
    from htmldate import find_date

    latest = f"{now:%Y-%m-%d}" if now else None
    try:
        text = find_date(page, url=url, original_date=True, extensive_search=False, max_date=latest)
    except Exception:  # a failed guess is no reason to lose the page
        return None
    guess = dates.parse(text) if text else None
    return None if guess and not locale.day_first and _is_ambiguous(guess.moment, page) else guess


def _is_ambiguous(day: datetime, page: HtmlElement) -> bool:
    if day.day > 12 or day.day == day.month:
        return False
    one, other = f"0?{day.day}[/-]0?{day.month}", f"0?{day.month}[/-]0?{day.day}"
    return bool(re.search(rf"(?<!\d)(?:{one}|{other})[/-]{day.year}", tostring(page, encoding="unicode")))
