"""Kind `listing`: a web page that lists articles, read with selectors.

Options: `links` (required) finds the anchors; `pattern` is a regular expression their addresses must contain; `item` finds the
box of one article, within which `links`, `title` and `date` are then looked for. Selectors are CSS, or XPath when they start
with `/`, `./` or `(`. Outcomes: `read`, `empty`, `too_large`, `binary`, `too_many_tags`, `no_links`, `pattern_too_slow`,
`not_html`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import regex
from lxml import html

from config.sources import Feed
from config.web_address import joined
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Link
from crawler.parse.dates import Dated, DateStyle, dated_hints, read_date, style_of
from crawler.parse.digest import digest_of
from crawler.parse.html_tree import parse
from crawler.parse.markup import clean_title
from crawler.parse.options import unknown_options
from crawler.parse.screen import RejectedInput, decode_response
from crawler.parse.selectors import compiled, elements, first_text, matches
from crawler.urls import absolute, canonical

MAX_LINKS = 1_000
PATTERN_CHARS = 300
PATTERN_SECONDS = 0.3  # for all addresses of a page together

_CUT = f"Only the first {MAX_LINKS:,} links that the selector matches were read; use a narrower selector."
_SELECTORS = ("links", "item", "title", "date")
_OPTIONS = (*_SELECTORS, "pattern")


def check_options(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each mistake in the options."""
    problems = unknown_options(options, _OPTIONS)
    if "links" not in options:
        problems.append("option 'links' is missing: the selector of the links, for example \"article h2 a\"")
    if "item" not in options:
        problems += [
            f"option {name!r} needs 'item', the selector of its box" for name in ("title", "date") if name in options
        ]
    problems += [
        problem for name in _SELECTORS if name in options and (problem := _selector_problem(name, options[name]))
    ]
    return problems + _pattern_problems(options)


def requests(feed: Feed) -> Sequence[str]:
    """Return the page's address."""
    return [feed.url]


def read(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return the addresses that the selectors match, in page order, each once; never raises on bad input."""
    try:
        page = parse(decode_response(response))
    except RejectedInput as rejection:
        return rejection.result()
    if page is None:
        return FeedResult(outcome=Outcome.NOT_HTML, detail="The response is not a web page.")
    links = _links(page, _base(page, response.url), feed)
    if not links:
        selector = feed.options.get("links")
        return FeedResult(
            outcome=Outcome.NO_LINKS,
            detail=f"The selector {selector!r} matches no links; the page may have been redesigned.",
        )
    result = _matching(links[:MAX_LINKS], feed.options.get("pattern"))
    if len(links) > MAX_LINKS and not result.detail:
        return replace(result, detail=_CUT)
    return result


def _selector_problem(name: str, selector: object) -> str | None:
    if not isinstance(selector, str):
        return f"option {name!r}: {selector!r} is not a selector in quotes"
    try:
        compiled(selector)
    except ValueError as wrong:
        return f"option {name!r}: {selector!r} is neither CSS nor XPath: {wrong}"
    return None


def _pattern_problems(options: Mapping[str, Any]) -> list[str]:
    pattern = options.get("pattern")
    if pattern is None:
        return []
    if not isinstance(pattern, str) or not 0 < len(pattern) <= PATTERN_CHARS:
        return [f"option 'pattern' is not a regular expression of at most {PATTERN_CHARS} characters"]
    try:
        regex.compile(pattern)
    except regex.error as wrong:
        return [f"option 'pattern': {pattern!r} is not a regular expression: {wrong}"]
    return []


def _base(page: html.HtmlElement, url: str) -> str:
    for href in page.xpath("//base/@href")[:1]:
        return canonical(joined(url, str(href))) or url
    return url


def _links(page: html.HtmlElement, base: str, feed: Feed) -> list[Link]:
    options = feed.options
    boxes = elements(options["item"], page) if "item" in options else [page]
    links: dict[str, Link] = {}
    for box in boxes:
        for address in _addresses(box, base, str(options.get("links", ""))):
            if address not in links:
                links[address] = _link(address, box, feed)
            if len(links) > MAX_LINKS:
                return list(links.values())
    return list(links.values())


def _addresses(box: html.HtmlElement, base: str, selector: str) -> Iterator[str]:
    for result in matches(selector, box):
        href = result if isinstance(result, str) else _href(result)
        address = absolute(base, href) if href else None
        if address is not None:
            yield address


def _href(element: html.HtmlElement) -> str | None:
    return element.get("href") or next((str(href) for href in element.xpath(".//a/@href")), None)


def _link(address: str, box: html.HtmlElement, feed: Feed) -> Link:
    options = feed.options
    if "item" not in options:
        return Link(url=address)
    title = clean_title(first_text(options["title"], box)) if "title" in options else None
    dated = _date(box, options["date"], style_of(feed)) if "date" in options else None
    return Link(url=address, hints=replace(dated_hints(dated), title=title), digest=digest_of(title))


def _date(box: html.HtmlElement, selector: str, style: DateStyle) -> Dated | None:
    for result in matches(selector, box):
        texts = (
            [result]
            if isinstance(result, str)
            else [result.get("datetime"), result.get("content"), result.text_content()]
        )
        for text in texts:
            if text and (dated := read_date(" ".join(text.split()), style)):
                return dated
    return None


def _matching(links: Sequence[Link], pattern: str | None) -> FeedResult:
    if pattern is None:
        return FeedResult(outcome=Outcome.READ, links=tuple(links))
    try:
        chosen = _search(links, regex.compile(pattern))
    except TimeoutError:
        return FeedResult(
            outcome=Outcome.PATTERN_TOO_SLOW, detail=f"The pattern {pattern!r} takes too long; use a simpler one."
        )
    if not chosen:
        return FeedResult(
            outcome=Outcome.NO_LINKS, detail=f"None of the {len(links)} links matches the pattern {pattern!r}."
        )
    return FeedResult(outcome=Outcome.READ, links=tuple(chosen))


def _search(links: Sequence[Link], pattern: regex.Pattern[str]) -> list[Link]:
    deadline = time.monotonic() + PATTERN_SECONDS
    return [link for link in links if pattern.search(link.url, timeout=max(deadline - time.monotonic(), 0.001))]
