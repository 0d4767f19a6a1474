"""Kind `feed`: RSS, RDF, Atom and JSON Feed.

Outcomes: `read`, `empty`, `too_large`, `binary`, `too_many_tags`, `entities`, `too_deep`, `endless_tag`,
`html_instead`, `not_a_feed`. Options: none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from lxml import etree

from config.sources import Feed
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Hints, Link, RawPage
from crawler.parse.digest import digest_of
from crawler.parse.entry import MAX_ENTRIES, Entry, Syndicated
from crawler.parse.html_tree import parse
from crawler.parse.json_feed import read_json
from crawler.parse.markup import clean_title, plain
from crawler.parse.options import unknown_options
from crawler.parse.screen import RejectedInput, read_text
from crawler.parse.sniff import begins_as_page
from crawler.parse.xml_feed import read_xml
from crawler.urls import absolute, canonical

# Teasers are shorter. Mistaking a teaser for the article is worse than fetching the page of a short article needlessly.
FULL_TEXT_CHARS = 800

# An ellipsis alone is no such mark: articles end in one too.
_TEASER_END = re.compile(
    r"(?:[\[(]\s?(?:\.\.\.|…)\s?[\])]|read (?:more|on)|continue reading|читать (?:далее|дальше|полностью)|читати (?:далі|більше)"
    r"|weiterlesen|mehr lesen|lire la suite|czytaj (?:dalej|więcej))\W*$",
    re.IGNORECASE,
)
_ALTERNATE = re.compile(r"<link\b[^<>]{1,1000}>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s<>]{1,2000})", re.IGNORECASE)


def check_options(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each mistake in the options."""
    return unknown_options(options, ())


def requests(feed: Feed) -> Sequence[str]:
    """Return the feed's address."""
    return [feed.url]


def read(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return the entries as links in the feed's order, each address once; never raises on bad input."""
    try:
        text = read_text(response)
    except RejectedInput as rejection:
        return rejection.result()
    if begins_as_page(text):
        return _html_instead(text, response.url)
    syndicated = read_json(text, response.url) if text.lstrip()[:1] in ("{", "[") else read_xml(text, response.url)
    if syndicated is None:
        return FeedResult(
            outcome=Outcome.NOT_A_FEED,
            detail="The response is not RSS, Atom, RDF or JSON Feed; look for the feed's address on the site.",
        )
    return _feed_result(feed, syndicated)


def _html_instead(text: str, url: str) -> FeedResult:
    links = [link for link in _ALTERNATE.findall(text[:200_000]) if _FEED_TYPE.search(link)]
    hrefs = [match[1] for link in links if (match := _HREF.search(link))]
    feeds = list(dict.fromkeys(address for href in hrefs if (address := absolute(url, href))))[:5]
    advice = (
        f"It links to these feeds: {', '.join(feeds)}." if feeds else "It links to no feed; try the kind `listing`."
    )
    return FeedResult(
        outcome=Outcome.HTML_INSTEAD, detail=f"The address returns a web page instead of a feed. {advice}"
    )


def _feed_result(feed: Feed, syndicated: Syndicated) -> FeedResult:
    links: dict[str, Link] = {}
    pages: dict[str, RawPage] = {}
    unusable = 0
    for entry in syndicated.entries:
        address = canonical(entry.link or "")
        if address is None:
            page = _own_page(feed, entry, syndicated.language)
            unusable += page is None
            pages |= {page.url: page} if page else {}
        elif address not in links:
            links[address] = _link(address, entry, syndicated.language)
    return FeedResult(
        outcome=Outcome.READ,
        detail=_detail(syndicated.total, unusable),
        links=tuple(links.values()),
        pages=tuple(pages.values()),
        interval_floor=syndicated.interval_floor,
    )


def _detail(entries: int, unusable: int) -> str:
    if not entries:
        return "The feed has no entries."
    sentences = [f"The first {MAX_ENTRIES:,} of {entries:,} entries were read."] if entries > MAX_ENTRIES else []
    if unusable:
        sentences.append(f"{unusable} of {entries} entries have neither a usable address nor a text and were skipped.")
    return " ".join(sentences)


def _own_page(feed: Feed, entry: Entry, language: str | None) -> RawPage | None:
    """Return an entry without an address as a page under an address of the feed; None when it has no text."""
    markup = _without_attributes(max(entry.texts, key=len, default=""))
    hints = _hints(entry, language)
    published = entry.published.moment.astimezone(UTC).isoformat() if entry.published else ""
    identity = digest_of(entry.guid) or digest_of(hints.title, published) or digest_of(markup)
    address = canonical(f"{feed.url}{'&' if '?' in feed.url else '?'}parley-entry={identity}")
    if address is None or not any(map(str.isalnum, plain(markup))):
        return None
    body = markup.encode("utf-8", "replace")
    return RawPage(url=address, body=body, content_type="text/html; charset=utf-8", kind="entry", hints=hints)


def _without_attributes(markup: str) -> str:
    # Attributes change with every poll, such as the address of a tracking pixel, and each change would be a revision.
    tree = parse(markup) if "<" in markup else None
    if tree is None:
        return markup
    for element in tree.iter(etree.Element):
        element.attrib.clear()
    body = tree.find("body")
    whole = etree.tostring(tree if body is None else body, encoding="unicode", method="html")
    return whole.removeprefix("<body>").removesuffix("</body>")


def _link(address: str, entry: Entry, language: str | None) -> Link:
    longest = max(entry.texts, key=len, default="")
    words = plain(longest)
    is_full = len(words) >= FULL_TEXT_CHARS and not _TEASER_END.search(words[-40:])
    hints = _hints(entry, language, longest if is_full or (entry.is_guess and words) else None)
    # Only words count: reordered attributes, new image sizes and tracking pixels are not revisions.
    updated = entry.updated.moment.astimezone(UTC).isoformat() if entry.updated else None
    return Link(url=address, hints=hints, digest=digest_of(hints.title, updated, words))


def _hints(entry: Entry, language: str | None, markup: str | None = None) -> Hints:
    dated = entry.published or entry.updated
    return Hints(
        title=clean_title(entry.title),
        published=dated.moment if dated else None,
        published_precision=dated.precision if dated else None,
        lacks_zone=dated is not None and not dated.has_zone,
        is_change=dated is not None and entry.published is None,
        authors=entry.authors,
        language=entry.language or language,
        html=markup,
    )
