"""Kind `feed`: RSS, RDF, Atom and JSON Feed.

Outcomes: `read`, `empty`, `too_large`, `binary`, `too_many_tags`, `entities`, `too_deep`, `endless_tag`,
`html_instead`, `not_a_feed`. Options: none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Any, NamedTuple

from lxml import etree

from config.sources import Feed
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Hints, Link, RawPage
from crawler.parse.dates import dated_hints, style_of
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
OWN_TEXT_CHARS = 250  # of an entry that shares its address with others
SHORT_TEXT_CHARS = 60  # of one that names a place of its own on the page

# An ellipsis alone is no such mark: articles end in one too.
_TEASER_END = re.compile(
    r"(?:[\[(]\s?(?:\.\.\.|…)\s?[\])]|read (?:more|on)|continue reading|читать (?:далее|дальше|полностью)|читати (?:далі|більше)"
    r"|weiterlesen|mehr lesen|lire la suite|czytaj (?:dalej|więcej))\W*$",
    re.IGNORECASE,
)
_PAGE_BEFORE = re.compile(r"</html\s*>\s*(?=(?:<\?xml\b[^<>]*>\s*)?<(?:rss|feed|rdf:rdf)\b)", re.IGNORECASE)
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
        before = _PAGE_BEFORE.search(text)  # an error page of a module, say
        if before is None:
            return _html_instead(text, response.url)
        text = text[before.end() :]
    style = style_of(feed)
    syndicated = read_json(text, response.url, style) if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[") else None
    syndicated = syndicated or read_xml(text, response.url, style)
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
    pages: dict[str, RawPage] = {}
    unusable = 0
    by_address: dict[str, list[Entry]] = {}
    for entry in syndicated.entries:
        address = canonical(entry.link or "")
        if address is None:
            page = _own_page(feed.url, _with_content(entry), syndicated.language)
            unusable += page is None
            pages |= {page.url: page} if page else {}
        else:
            by_address.setdefault(address, []).append(entry)
    links: list[Link] = []
    left_out = 0
    for address, entries in by_address.items():
        items = list(map(_with_content, entries))
        linked, own = _shared(items) if len(items) > 1 else (items, [])
        links += [_link(address, item, syndicated.language) for item in linked[:1]]
        own_pages = [_own_page(address, item, syndicated.language) for item in own]
        pages |= {page.url: page for page in own_pages if page}
        left_out += len(linked[1:])
    return FeedResult(
        outcome=Outcome.READ,
        detail=_detail(syndicated.total, unusable, left_out),
        links=tuple(links),
        pages=tuple(pages.values()),
        interval_floor=syndicated.interval_floor,
    )


class _Item(NamedTuple):
    """An entry and its content: the text that has the most words."""

    entry: Entry
    markup: str
    words: str


def _with_content(entry: Entry) -> _Item:
    """Return an entry with the text that has the most words; markup does not count."""
    best, most = "", ""
    for text in sorted(entry.texts, key=len, reverse=True) if len(entry.texts) > 1 else entry.texts:
        if len(text) <= len(most):
            break  # it cannot have more
        words = plain(text)
        best, most = (text, words) if len(words) > len(most) else (best, most)
    return _Item(entry, best, most)


def _shared(items: Sequence[_Item]) -> tuple[list[_Item], list[_Item]]:
    """Divide the entries of one address, such as those of a live blog, into those for its page and articles of their own.

    Only the first entry for the page is used. An entry has an article of its own if it has a text of its own: any that is no
    teaser where the entries name different places of the page, a longer one where they do not, since the page may be meant.
    """
    different = list({(clean_title(item.entry.title), item.words): item for item in reversed(items)}.values())[::-1]
    if len(different) == 1:
        return different, []
    places = {(item.entry.link or "").partition("#")[2] for item in different}
    shortest, first = (SHORT_TEXT_CHARS, 0) if len(places) == len(different) else (OWN_TEXT_CHARS, 1)
    own = [item for item in different[first:] if _is_text(item.words, shortest)]
    ids = set(map(id, own))  # comparing items would compare their texts
    return [item for item in different if id(item) not in ids], own


def _is_text(words: str, shortest: int) -> bool:
    return len(words) >= shortest and not _TEASER_END.search(words[-40:])


def _detail(entries: int, unusable: int, left_out: int) -> str:
    if not entries:
        return "The feed has no entries."
    sentences = [f"The first {MAX_ENTRIES:,} of {entries:,} entries were read."] if entries > MAX_ENTRIES else []
    if unusable:
        sentences.append(f"{unusable} of {entries} entries have neither a usable address nor a text and were skipped.")
    if left_out:
        sentences.append(
            f"{left_out} of {entries} entries have the address of another entry and no text of their own; they were left out."
        )
    return " ".join(sentences)


def _own_page(url: str, item: _Item, language: str | None) -> RawPage | None:
    """Return an entry as a page of its own; None when it has no text.

    Args:
        url: the address that its own is made from: of the feed for an entry without one, of the page that entries share.
    """
    entry, markup = item.entry, _without_attributes(item.markup)
    hints = _hints(entry, language)
    published = entry.published.moment.astimezone(UTC).isoformat() if entry.published else ""
    identity = digest_of(entry.guid) or digest_of(hints.title, published) or digest_of(markup)
    address = canonical(f"{url}{'&' if '?' in url else '?'}parley-entry={identity}")
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


def _link(address: str, item: _Item, language: str | None) -> Link:
    entry, markup, words = item
    is_full = _is_text(words, FULL_TEXT_CHARS)
    hints = _hints(entry, language, markup if is_full or (entry.is_guess and words) else None)
    # Only words count: reordered attributes, new image sizes and tracking pixels are not revisions.
    updated = entry.updated.moment.astimezone(UTC).isoformat() if entry.updated else None
    return Link(
        url=address, hints=hints, digest=digest_of(hints.title, updated, words), guid=entry.guid, others=entry.others
    )


def _hints(entry: Entry, language: str | None, markup: str | None = None) -> Hints:
    return replace(
        dated_hints(entry.published or entry.updated),
        title=clean_title(entry.title),
        is_change=entry.published is None and entry.updated is not None,
        updated=entry.updated.moment if entry.updated and entry.updated.precision == "second" else None,
        authors=entry.authors,
        language=entry.language or language,
        html=markup,
    )
