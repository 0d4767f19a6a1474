"""Kind `sitemap`: sitemaps in XML or text, news sitemaps and sitemap indexes (sitemaps.org; Google's news extension).

Options: `children` how many children of an index one poll reads, newest first, news before tags and authors (5); `links` how many
addresses one poll takes, newest first (1,000). Outcomes: `read`, `cut_off`, `empty`, `too_large`, `binary`, `too_many_tags`,
`entities`, `too_deep`, `endless_tag`, `html_instead`, `not_a_sitemap`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import unquote

from config.languages import language_code
from config.sources import Feed
from config.web_address import parts_of
from crawler.limits import SITEMAP_TAGS
from crawler.outcomes import Outcome
from crawler.page import FeedResponse, FeedResult, Link, hash_of
from crawler.parse.dates import DateStyle, dated_hints, read_date, style_of
from crawler.parse.digest import digest_of
from crawler.parse.markup import clean_title
from crawler.parse.options import unknown_options, wrong_counts
from crawler.parse.screen import RejectedInput, read_text
from crawler.parse.sitemap_records import MOST, Records, read_records
from crawler.parse.sniff import begins_as_page
from crawler.urls import absolute, registered_domain

CHILDREN = 5
LINKS = 1_000

_OPTIONS = ("children", "links")
_NEVER = datetime.min.replace(tzinfo=UTC)
_AHEAD = timedelta(days=1)  # how far a date may lie ahead: the sitemap's day may have begun before ours
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE)
_FEED_LOOK = 1_000
_NEWS = frozenset(
    ("news", "googlenews", "latest", "recent", "today", "novosti", "novyny", "nachrichten", "actualites", "wiadomosci")
)
_ARTICLES = frozenset(("post", "posts", "article", "articles", "story", "stories", "artikel"))
_LISTS = re.compile(
    "(?:tag|author|category|categorie|cat|topic|section|taxonomy|taxonomie|keyword|user|profile|page|image|photo|gallery|gallerie"
    "|video|product|forum)s?"
)
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
        text = read_text(response, SITEMAP_TAGS)
    except RejectedInput as rejection:
        return rejection.result()
    if begins_as_page(text):
        return FeedResult(outcome=Outcome.HTML_INSTEAD, detail="The address returns a web page instead of a sitemap.")
    sitemap = read_records(text)
    if sitemap is None:
        return _not_a_sitemap(text)
    if sitemap.are_sitemaps:
        return _index(sitemap, response, feed.options.get("children", CHILDREN), style_of(feed))
    return _urlset(sitemap, response, feed.options.get("links", LINKS), style_of(feed))


def _not_a_sitemap(text: str) -> FeedResult:
    if _FEED.search(text[:_FEED_LOOK]):
        return FeedResult(
            outcome=Outcome.NOT_A_SITEMAP, detail="The address returns a feed; change the kind to `feed`."
        )
    return FeedResult(
        outcome=Outcome.NOT_A_SITEMAP,
        detail="The response is not a sitemap; look for the site's sitemaps in its robots.txt.",
    )


def _index(sitemap: Records, response: FeedResponse, limit: int, style: DateStyle) -> FeedResult:
    domain = registered_domain(response.url)
    children: dict[str, tuple[bool, bool, datetime, int, list[int]]] = {}
    foreign = 0
    for fields in _whole(sitemap, response):
        address = absolute(response.url, fields.get("loc", ""))
        if address is None or registered_domain(address) != domain:
            foreign += 1
        elif address != response.url:
            children.setdefault(address, _promise(address, _moment(fields.get("lastmod"), response, style)))
    ordered = sorted(children, key=children.__getitem__, reverse=True)
    follow = tuple(ordered[:limit])
    are_dated = all(changed != _NEVER for _, _, changed, _, _ in children.values())
    outcome = Outcome.CUT_OFF if response.is_cut else Outcome.READ
    detail = _index_detail(len(children), len(follow), are_dated=are_dated)
    if foreign:
        detail += f" {foreign} on other domains or without an address were skipped."
    return FeedResult(outcome=outcome, detail=detail, follow=follow)


def _index_detail(number: int, read: int, *, are_dated: bool) -> str:
    if read == number:
        return f"The index lists {number:,} sitemaps; all are read."
    if are_dated:
        return f"The index lists {number:,} sitemaps; the newest {read} are read."
    return (
        f"The index lists {number:,} sitemaps, not all with a date; {read} are read, chosen by date and name. "
        "Others may be missed; raise the option `children` to read more."
    )


def _promise(address: str, changed: datetime) -> tuple[bool, bool, datetime, int, list[int]]:
    """Return by what the children of an index are ordered: those that promise new articles come last.

    Lists of tags, authors and categories change with every article and hold none. Without dates, the higher number marks the
    newer file: sitemap-2026-11.xml, post-sitemap12.xml.
    """
    path = parts_of(address)
    words = frozenset(_WORD.findall(unquote(f"{path.path} {path.query}").lower()))
    rank = -1 if any(map(_LISTS.fullmatch, words)) else 2 if words & _NEWS else 1 if words & _ARTICLES else 0
    is_news = rank == 2 and changed == _NEVER
    return rank >= 0, is_news, changed, rank, [int(digits[:18]) for digits in _NUMBER.findall(address)]


def _whole(sitemap: Records, response: FeedResponse) -> Sequence[Mapping[str, str]]:
    return sitemap.records[: -1 if response.is_cut else None]  # the last one may be half a record


class _End(NamedTuple):
    """The end of a sitemap in text: a list without a last line break looks like one that was cut off within a line."""

    mark: str = ""  # hash of the last line if it has no line break
    is_known: bool = True  # the line is whole: it has a line break, or the response before ended in it too
    is_usual: bool = True  # the line in which the response before ended has proved whole


def _end_of(sitemap: Records, response: FeedResponse) -> _End:
    if response.is_cut or response.known_end is None or not sitemap.open_line:
        return _End()
    mark = _mark(sitemap.open_line)
    if mark == response.known_end:
        return _End(mark)
    is_usual = bool(response.known_end) and any(
        _mark(fields["loc"]) == response.known_end for fields in sitemap.records
    )
    return _End(mark, is_known=False, is_usual=is_usual)


def _mark(line: str) -> str:
    return hash_of(f"a last line: {line}".encode("utf-8", "replace"))


def _urlset(sitemap: Records, response: FeedResponse, limit: int, style: DateStyle) -> FeedResult:
    records, end = _whole(sitemap, response), _end_of(sitemap, response)
    if not end.is_known and records[-1]["loc"] == sitemap.open_line:
        records = records[:-1]
    newest, is_sure = _newest(records, response, limit, style)
    links: dict[str, Link] = {}
    unusable = 0
    for fields in newest:
        address = absolute(response.url, fields.get("loc", ""))
        if address is None:
            unusable += 1
        else:
            links.setdefault(address, _link(address, fields, style))
    detail = "" if records or not end.is_known else "The sitemap lists no addresses."
    if len(records) > limit and is_sure:
        detail = f"The newest {limit:,} of {len(records):,} addresses were read."
    elif len(records) > limit:
        detail = (
            f"{limit:,} of {len(records):,} addresses were read; of those without a date, the first and the last. "
            "Others may be missed; raise the option `links` to read more."
        )
    if not sitemap.is_whole:
        detail += f" It lists more than {MOST:,} addresses, twice what the protocol allows; the others were not read."
    if unusable:
        detail += f" {unusable} entries have no usable address and were skipped."
    if not end.is_known:
        detail += (
            " The last line has no line break and may be half a line; it is read once the next response has it too."
        )
    return FeedResult(
        outcome=Outcome.CUT_OFF if response.is_cut or not end.is_usual else Outcome.READ,
        detail=detail.strip(),
        links=tuple(links.values()),
        open_end=end.mark,
        is_end_known=end.is_known,
    )


def _newest(
    records: Sequence[Mapping[str, str]], response: FeedResponse, limit: int, style: DateStyle
) -> tuple[Sequence[Mapping[str, str]], bool]:
    """Return the newest records, and whether their dates show that they are the newest.

    Where dates are equal or missing, sites may add new records at either end, so both ends are used.
    """
    dated = sorted(((_date_of(fields, response, style), fields) for fields in records), key=itemgetter(0), reverse=True)
    if len(dated) <= limit:
        return [fields for _, fields in dated], True
    last = dated[limit - 1][0]
    newer = [fields for moment, fields in dated if moment > last]
    equal = [fields for moment, fields in dated if moment == last]
    room = limit - len(newer)
    first = (room + 1) // 2
    is_sure = last != _NEVER and dated[-1][0] != _NEVER
    return [*newer, *equal[:first], *equal[len(equal) - room + first :]], is_sure


def _date_of(fields: Mapping[str, str], response: FeedResponse, style: DateStyle) -> datetime:
    return _moment(fields.get("publication_date") or fields.get("lastmod"), response, style)


def _moment(text: str | None, response: FeedResponse, style: DateStyle) -> datetime:
    """Return a date of a record; `_NEVER` where it has none, or one that is yet to come and so says nothing."""
    dated = read_date(text, style) if text else None
    if dated is None or (response.received and dated.moment > response.received + _AHEAD):
        return _NEVER
    return dated.moment


def _link(address: str, fields: Mapping[str, str], style: DateStyle) -> Link:
    dated = read_date(fields.get("publication_date", ""), style)
    title = clean_title(fields.get("title"))
    hints = replace(dated_hints(dated), title=title, language=language_code(fields.get("language")))
    return Link(url=address, hints=hints, digest=digest_of(title, fields.get("lastmod")))
