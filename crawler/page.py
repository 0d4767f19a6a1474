"""What passes between the parts of the crawler and on to the indexer: links, hints, pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler.outcomes import Outcome

Precision = Literal["second", "day"]
PageKind = Literal["document", "entry", "message", "item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed, sitemap, channel or spider said of a page before it was read; every part may be missing.

    Attributes:
        is_change: `published` is when it was last changed, for want of anything else.
    """

    title: str | None = None
    published: datetime | None = None  # UTC-aware
    published_precision: Precision | None = None
    is_change: bool = False
    authors: tuple[str, ...] = ()
    language: str | None = None  # ISO 639-1
    html: str | None = None  # full text of the entry as the feed gave it, untrusted HTML


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address a feed points to.

    Attributes:
        digest: hash of what the feed says of it that changes when the article is revised (title, updated time, text);
            None when the feed says nothing that would tell.
    """

    url: str
    hints: Hints = field(default_factory=Hints)
    digest: str | None = None


def hash_of(body: bytes) -> str:
    """Return the 128-bit hash, 32 hexadecimal digits, under which a body is kept."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A page as it is kept: fetched, or delivered whole by the feed itself (a channel message, a spider's item)."""

    url: str
    body: bytes
    content_type: str
    kind: PageKind
    hints: Hints = field(default_factory=Hints)
    body_hash: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "body_hash", hash_of(self.body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer as a feed kind sees it."""

    url: str  # after redirects
    status: int
    content_type: str
    body: bytes  # decompressed
    max_bytes: int  # that it may have when it is unpacked further, as the setting says


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a feed kind made of one answer.

    Attributes:
        outcome: `read`, or a name that says why nothing could be (`not_a_feed`, `no_preview`, `html_instead`, …).
        detail: a sentence for people, naming the cure where there is one.
        follow: further addresses that belong to the same poll (the children of a sitemap index), newest first.
        older: address of what came before all of this, to be asked when none of it is known: something was missed.
        interval_floor: seconds the feed itself asks to wait between polls (RSS ttl), or None.
    """

    outcome: Outcome
    detail: str = ""
    links: tuple[Link, ...] = ()
    documents: tuple[Document, ...] = ()
    follow: tuple[str, ...] = ()
    older: str | None = None
    interval_floor: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One collected document in the archive.

    Attributes:
        number: the page's own number; a revised article has several pages with one id and one serial.
        id: hash of the canonicalised address (crawler.urls.article_id).
        serial: the address's number, kept across revisions.
        url: the address collected, canonicalised; final_url is where redirects led.
        collected: UTC, when this page was stored; first_collected belongs to the address.
        kind: `document` a fetched page; `entry` a feed's full text; `message` a channel message; `item` JSON of a spider.
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
