"""The values that the parts of the crawler and the indexer exchange: links, hints, responses and pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from crawler.outcomes import Outcome

Precision = Literal["second", "day"]
PageKind = Literal["document", "entry", "message", "item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed, sitemap, channel or spider says about a page before it is read; every part may be missing.

    Attributes:
        is_change: `published` is the time of the last change, because no other time was given.
        updated: the time of the last change, UTC-aware, where it is given to the second beside that of publication.
        lacks_zone: the time of `published` was written without a zone and read as UTC.
    """

    title: str | None = None
    published: datetime | None = None  # UTC-aware
    published_precision: Precision | None = None
    is_change: bool = False
    lacks_zone: bool = False
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str | None = None  # ISO 639-1
    html: str | None = None  # full text of the entry as the feed gave it, untrusted HTML

    def revised(self, newer: Hints) -> Hints:
        """Return what is known after a newer entry for the same page: what it gives, but the first time of publication."""
        given = {name: part for name in ("title", "authors", "language", "html") if (part := getattr(newer, name))}
        if not self.published:
            given |= {name: getattr(newer, name) for name in _PUBLISHED}
        if newer.updated:
            given["updated"] = max(newer.updated, self.updated or newer.updated)
        return replace(self, **given)


_PUBLISHED = "published", "published_precision", "is_change", "lacks_zone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address a feed points to.

    Attributes:
        digest: hash of the parts of the feed's entry that change when the article is revised (title, updated time, text);
            None when the entry has none of them.
        guid: the identity that the feed gives the entry.
        others: further addresses of the entry, under which earlier versions may have filed it.
    """

    url: str
    hints: Hints = field(default_factory=Hints)
    digest: str | None = None
    guid: str | None = None
    others: tuple[str, ...] = ()


def hash_of(body: bytes) -> str:
    """Return the 128-bit hash of a body or an encoded text, 32 hexadecimal digits; bodies are stored under it."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """A page to be stored: fetched, or delivered in full by the feed itself (a channel message, a spider's item)."""

    url: str
    body: bytes
    content_type: str
    kind: PageKind
    hints: Hints = field(default_factory=Hints)
    body_hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body_hash", hash_of(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResponse:
    """One HTTP response, as given to a feed kind."""

    url: str  # after redirects
    status: int
    content_type: str
    body: bytes  # decompressed
    max_bytes: int  # limit for unpacking it further, from the setting of that name
    flaw: str = ""  # a sentence when the body is only a part of what the server has
    received: datetime | None = None  # UTC
    known_end: str | None = None  # `FeedResult.open_end` of the response before; None where no response follows

    @property
    def is_cut(self) -> bool:
        """Whether the body is only a part of what the server has."""
        return bool(self.flaw)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedResult:
    """What a feed kind read from one response.

    Attributes:
        outcome: `read`; `cut_off` when only what came before the end of an incomplete response was read; or the reason why it
            could not be read (`not_a_feed`, `no_preview`, `html_instead`, …).
        detail: a sentence for people, with the remedy where there is one.
        follow: further addresses that belong to the same poll (the children of a sitemap index), newest first.
        older: address of the preceding messages, fetched when every message here is new, because some were missed.
        interval_floor: shortest interval between polls that the feed requests, in seconds (RSS ttl); None without one.
        open_end: hash of the last line where nothing shows that it is whole but that it comes again; empty otherwise.
        is_end_known: the last line is whole, or no matter; otherwise the next poll asks for it again.
    """

    outcome: Outcome
    detail: str = ""
    links: tuple[Link, ...] = ()
    pages: tuple[RawPage, ...] = ()
    follow: tuple[str, ...] = ()
    older: str | None = None
    interval_floor: float | None = None
    open_end: str = ""
    is_end_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page in the archive.

    Attributes:
        number: the page's own number; a revised article has several pages with the same id and serial.
        id: hash of the canonicalised address (crawler.urls.article_id).
        serial: the number of the address, the same for all revisions.
        url: the collected address, canonicalised; `final_url` is the address after redirects.
        collected: UTC, when this page was stored; `first_collected` is when the address first was.
        kind: `document` for a fetched page, `entry` for the full text from a feed, `message` for a channel message, `item` for
            the JSON of a spider's item.
    """

    number: int
    id: str
    serial: int
    url: str
    final_url: str
    source: str
    feed: str
    collected: datetime
    first_collected: datetime
    content_type: str
    kind: PageKind
    hints: Hints
    attempts: int
    crashes: int
