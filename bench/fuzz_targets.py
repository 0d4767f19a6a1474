"""What strangers may send, given to the code that reads it: every function takes bytes, and must not raise.

`python -m bench.fuzz` searches for inputs that make one raise; the ones it found are kept in `tests/fuzz_corpus.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from protego import Protego

from config.errors import QueryError
from config.sources import Feed
from crawler.kinds import kind_of
from crawler.page import FeedResponse, Hints, PageKind
from crawler.parse.completeness import is_cut
from crawler.parse.dates import DateStyle, read_date
from crawler.parse.screen import RejectedInput, unpack_body
from crawler.real_address import leads_to_section, real_address, twins
from crawler.removals import removal
from crawler.urls import absolute, canonical, owner_domain, registered_domain
from crawler.wrapped import unwrapped
from indexer.copies.signature import signature
from indexer.extract import read_page
from indexer.extract.dates import parse
from indexer.query.context import QueryContext
from indexer.query.parse import lint_query
from indexer.words import spans
from tests.support.queries import query_context

NOW = datetime(2026, 11, 23, tzinfo=UTC)
_KINDS: tuple[PageKind, ...] = ("document", "entry", "message", "item")
_LISTING = {"links": "a", "item": "li", "title": "h3", "date": "time", "pattern": "/[0-9]+"}


def feed(data: bytes) -> None:
    """Read a feed."""
    _read_feed("feed", data)


def sitemap(data: bytes) -> None:
    """Read a sitemap."""
    _read_feed("sitemap", data)


def telegram(data: bytes) -> None:
    """Read the preview of a channel."""
    _read_feed("telegram", data)


def listing(data: bytes) -> None:
    """Read a list of links."""
    _read_feed("listing", data, **_LISTING)


def _read_feed(kind: str, data: bytes, **options: str) -> None:
    # Not crawler.parser_process.read_with_kind: it catches what these functions must not raise.
    source = Feed(id="s/1", source="s", url="https://news.example/feed", kind=kind, options=options)
    response = FeedResponse(
        url="https://news.example/feed",
        status=200,
        content_type="",
        body=data,
        max_bytes=10_000_000,
        received=NOW,
    )
    with suppress(RejectedInput):
        body, flaw = unpack_body(data, response.max_bytes)
        is_part = flaw or is_cut(body)
        kind_of(kind).read(source, replace(response, body=body, flaw="only a part" if is_part else ""))


def robots(data: bytes) -> None:
    """Read a robots.txt, as crawler/download/robots.py does."""
    rules = Protego.parse(data.decode("utf-8-sig", errors="ignore"))
    rules.can_fetch("https://news.example/2026/talks?page=2", "Parley")
    min(rules.crawl_delay("Parley") or 0.0, 600.0)


def dates(data: bytes) -> None:
    """Read a date of a feed and of a page."""
    text = data.decode("utf-8", "replace")
    for day_first in (None, True, False):
        dated = read_date(text, DateStyle(day_first))
        if dated:
            dated.moment.astimezone(UTC).isoformat()
    parse(text)


def extraction(data: bytes) -> None:
    """Extract a page, an entry, a message or a spider's item; the first byte says which."""
    kind = _KINDS[data[0] % 4] if data else "document"
    result = read_page(kind, data[1:], "text/html", "https://news.example/2026/11/20/talks", Hints(), NOW)
    text = getattr(result, "text", "")
    signature(text)
    list(spans(text))


def query(data: bytes) -> None:
    """Read a query and remark on it."""
    with suppress(QueryError):
        lint_query(data.decode("utf-8", "surrogateescape"), context=_context())


def addresses(data: bytes) -> None:
    """Judge an address that a page or a feed names."""
    text = data.decode("utf-8", "replace")
    absolute("https://news.example/a/", text)
    registered_domain(text)
    owner_domain(text)
    clean = canonical(text)
    if clean:
        unwrapped(clean)
        twins(clean)
        real_address(clean, clean, text)
        leads_to_section(clean, clean, data)
        removal(clean, clean, data)


@cache
def _context() -> QueryContext:
    return query_context()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (feed, sitemap, telegram, listing, robots, dates, extraction, query, addresses)
}
