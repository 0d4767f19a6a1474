"""Kind `sitemap`: sitemaps, news sitemaps and sitemap indexes (sitemaps.org; Google's news extension).

Options: `children` how many children of an index one poll reads, newest first (5); `links` how many addresses one poll takes,
newest first (1,000). Outcomes: `read`, `empty`, `too_large`, `binary`, `too_many_tags`, `entities`, `too_deep`, `endless_tag`,
`html_instead`, `not_a_sitemap`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from lxml import etree

from config.languages import language_code
from config.sources import Feed
from crawler.limits import LIBXML2_BYTES
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Hints, Link
from crawler.parse.dates import read_date
from crawler.parse.digest import digest_of
from crawler.parse.markup import clean_title
from crawler.parse.options import unknown_options, wrong_counts
from crawler.parse.references import with_plain_references
from crawler.parse.screen import RejectedInput, text_of
from crawler.parse.sniff import begins_as_page
from crawler.urls import absolute, registered_domain

CHILDREN = 5
LINKS = 1_000

_OPTIONS = ("children", "links")
_NEVER = datetime.min.replace(tzinfo=UTC)
_NUMBER = re.compile(r"\d+")
_LIMITS = {"children": 100, "links": 50_000}


def check_options(options: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each mistake in the options."""
    return [*unknown_options(options, _OPTIONS), *wrong_counts(options, _LIMITS)]


def requests(feed: Feed) -> Sequence[str]:
    """Return the sitemap's address."""
    return [feed.url]


def read(feed: Feed, response: FeedResponse) -> FeedResult:
    """Return a sitemap's addresses, newest first, or the newest children of an index; never raises on bad input.

    `lastmod` is when an article was revised, not published: it orders the addresses and is part of their digests.
    """
    try:
        text = text_of(response)
    except RejectedInput as rejection:
        return rejection.result()
    if begins_as_page(text):
        return FeedResult(outcome=Outcome.HTML_INSTEAD, detail="The address returns a web page instead of a sitemap.")
    root = _root(text)
    name = _name(root) if root is not None else ""
    if root is not None and name == "sitemapindex":
        return _index(root, response.url, feed.options.get("children", CHILDREN))
    if root is not None and name == "urlset":
        return _urlset(root, response, feed.options.get("links", LINKS))
    return _not_a_sitemap(name)


def _root(text: str) -> etree._Element | None:
    # Removes junk before the first tag, and the declared encoding, which no longer applies to decoded text.
    text = with_plain_references(text[max(text.find("<"), 0) :])
    source = text.encode("utf-8", "replace")
    is_huge = len(source) > LIBXML2_BYTES
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=is_huge, encoding="utf-8")
    try:
        return etree.fromstring(source, parser)
    except etree.XMLSyntaxError:
        return None


def _not_a_sitemap(name: str) -> FeedResult:
    if name in ("rss", "feed", "rdf"):
        return FeedResult(
            outcome=Outcome.NOT_A_SITEMAP, detail="The address returns a feed; change the kind to `feed`."
        )
    return FeedResult(
        outcome=Outcome.NOT_A_SITEMAP,
        detail="The response is not a sitemap; look for the site's sitemaps in its robots.txt.",
    )


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _index(root: etree._Element, url: str, limit: int) -> FeedResult:
    domain = registered_domain(url)
    children: list[tuple[datetime, list[int], str]] = []
    foreign = 0
    for fields in _records(root, "sitemap"):
        address = absolute(url, fields.get("loc", ""))
        if address is None or registered_domain(address) != domain:
            foreign += 1
        elif address != url:
            # Without dates, the higher number marks the newer file: sitemap-2026-11.xml, post-sitemap12.xml.
            children.append((_moment(fields.get("lastmod")), [int(n[:18]) for n in _NUMBER.findall(address)], address))
    children.sort(reverse=True)
    follow = tuple(dict.fromkeys(address for _, _, address in children))[:limit]
    detail = f"The index lists {len(children):,} sitemaps; the newest {len(follow)} are read."
    if foreign:
        detail += f" {foreign} on other domains or without an address were skipped."
    return FeedResult(outcome=Outcome.READ, detail=detail, follow=follow)


def _urlset(root: etree._Element, response: FeedResponse, limit: int) -> FeedResult:
    records = list(_records(root, "url"))[: -1 if response.is_cut else None]  # the last one may be half a record
    newest, is_sure = _newest(records, limit)
    links: dict[str, Link] = {}
    unusable = 0
    for fields in newest:
        address = absolute(response.url, fields.get("loc", ""))
        if address is None:
            unusable += 1
        else:
            links.setdefault(address, _link(address, fields))
    detail = "" if records else "The sitemap lists no addresses."
    if len(records) > limit and is_sure:
        detail = f"The newest {limit:,} of {len(records):,} addresses were read."
    elif len(records) > limit:
        detail = (
            f"{limit:,} of {len(records):,} addresses were read; of those without a date, the first and the last. "
            "Others may be missed; raise the option `links` to read more."
        )
    if unusable:
        detail += f" {unusable} entries have no usable address and were skipped."
    outcome = Outcome.CUT_OFF if response.is_cut else Outcome.READ
    return FeedResult(outcome=outcome, detail=detail.strip(), links=tuple(links.values()))


def _newest(records: Sequence[Mapping[str, str]], limit: int) -> tuple[Sequence[Mapping[str, str]], bool]:
    """Return the newest records, and whether their dates show that they are the newest.

    Where dates are equal or missing, sites may add new records at either end, so both ends are used.
    """
    dated = sorted(((_date_of(fields), fields) for fields in records), key=itemgetter(0), reverse=True)
    if len(dated) <= limit:
        return [fields for _, fields in dated], True
    last = dated[limit - 1][0]
    newer = [fields for moment, fields in dated if moment > last]
    equal = [fields for moment, fields in dated if moment == last]
    room = limit - len(newer)
    first = (room + 1) // 2
    return [*newer, *equal[:first], *equal[len(equal) - room + first :]], last != _NEVER


def _date_of(fields: Mapping[str, str]) -> datetime:
    return _moment(fields.get("publication_date") or fields.get("lastmod"))


def _records(root: etree._Element, name: str) -> Iterator[dict[str, str]]:
    for element in root.iterchildren():
        if _name(element) == name:
            yield _fields(element)


def _fields(element: etree._Element) -> dict[str, str]:
    fields: dict[str, str] = {}
    alternates: dict[str, str] = {}
    for part in element.iterdescendants():
        name = _name(part)
        if name == "link":
            alternates.setdefault(part.get("href", "").strip(), part.get("hreflang", ""))
        # `image:loc` and `image:title` describe a picture.
        elif part.text and part.text.strip() and (part.getparent() is element or "news" in str(part.tag)):
            fields.setdefault(name, part.text.strip())
    hreflang = alternates.get(fields.get("loc", ""))
    if hreflang:
        fields.setdefault("language", hreflang)
    return fields


def _moment(text: str | None) -> datetime:
    dated = read_date(text) if text else None
    return dated.moment if dated else _NEVER


def _link(address: str, fields: Mapping[str, str]) -> Link:
    dated = read_date(fields.get("publication_date", ""))
    title = clean_title(fields.get("title"))
    hints = Hints(
        title=title,
        published=dated.moment if dated else None,
        published_precision=dated.precision if dated else None,
        lacks_zone=dated is not None and not dated.has_zone,
        language=language_code(fields.get("language")),
    )
    return Link(url=address, hints=hints, digest=digest_of(title, fields.get("lastmod")))
