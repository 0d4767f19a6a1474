"""Compares how Parley and feedparser read a feed, entry by entry and field by field."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, NamedTuple

import feedparser

from crawler.page import FeedResponse
from crawler.parse.authors import clean_authors
from crawler.parse.dates import read_date
from crawler.parse.entry import Entry
from crawler.parse.markup import clean_title, plain
from crawler.parse.screen import RejectedInput, read_text
from crawler.parse.sniff import begins_as_page
from crawler.parse.xml_feed import read_xml
from crawler.urls import canonical

URL = "https://news.example/feeds/all.xml"


class Difference(NamedTuple):
    """A field that the two read differently; `field` may be the number of `entries`."""

    field: str
    ours: object
    theirs: object


def differences(body: bytes) -> list[Difference] | None:
    """Return how a feed is read differently; None when it is not an XML feed or refused.

    Both get the same decoded text. Values are compared as Parley would store them: canonical addresses, clean titles and names,
    and the words of the longest text.
    """
    try:
        text = read_text(
            FeedResponse(url=URL, status=200, content_type="", body=body, max_bytes=10 * len(body) + 1_000)
        )
    except RejectedInput:
        return None
    if begins_as_page(text) or text.lstrip()[:1] in ("{", "["):
        return None
    feed = read_xml(text, URL)
    ours, theirs = feed.entries if feed else (), entries_of(text)
    if len(ours) != len(theirs):
        return [Difference("entries", len(ours), len(theirs))]
    return [difference for pair in zip(ours, theirs, strict=True) for difference in _compared(*pair)]


def entries_of(text: str) -> list[dict[str, Any]]:
    """Return the entries that feedparser reads from a text."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": URL}
    body = io.BytesIO(text.encode("utf-8", "replace"))
    return list(
        feedparser.parse(body, response_headers=headers, resolve_relative_uris=False, sanitize_html=False).entries
    )


def _compared(ours: Entry, theirs: dict[str, Any]) -> Iterator[Difference]:
    link = dict.get(theirs, "link")  # without the substitutes that feedparser offers for missing fields
    texts = [part.get("value") or "" for part in theirs.get("content", ())] + [dict.get(theirs, "summary") or ""]
    dates = (read_date(text) for name in ("published", "created", "updated") if (text := dict.get(theirs, name)))
    ours_dated = ours.published or ours.updated
    fields = (
        ("link", canonical(ours.link or ""), canonical(link) if link else None),
        ("title", clean_title(ours.title), clean_title(dict.get(theirs, "title"))),
        ("date", ours_dated, next(filter(None, dates), None)),
        ("authors", ours.authors, clean_authors(person.get("name") for person in theirs.get("authors", ()))),
        ("text", plain(max(ours.texts, key=len, default="")), plain(max(texts, key=len))),
        ("guid", ours.guid, dict.get(theirs, "id") or None),
    )
    yield from (Difference(*field) for field in fields if field[1] != field[2])
