"""The values the indexer works with: what was parsed, what is stored, what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.page import Precision

PublishedFrom = Literal["feed", "json-ld", "meta", "time", "url", "text", "none"]
TextField = Literal["words", "title_words", "author_words"]
ValueField = Literal["id", "url", "site", "source", "language", "themes", "author_names", "precision", "copy_of"]
MomentField = Literal["published", "collected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one page says, as read by one version of the extractor."""

    title: str | None
    text: str
    authors: tuple[str, ...]
    published: datetime | None  # aware, UTC where stored; None when the page does not say or says the impossible
    published_from: PublishedFrom
    published_precision: Precision | None
    language: str | None  # ISO 639-1
    canonical_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A published text as stored in an engine.

    Attributes:
        id: hash of the canonicalised address it was collected at (crawler.urls.article_id).
        serial: unique positive number below 2**29, given at first collection and kept across revisions.
        published: UTC; a day-precision date lies at 12:00 UTC; None when unknown.
        collected: UTC; when its page was first collected.
        copy_of: id of the story whose text this one carries; None for a story.
    """

    id: str
    serial: int
    url: str
    site: str  # registered domain
    title: str | None
    text: str
    authors: tuple[str, ...]
    source: str
    language: str | None
    published: datetime | None
    published_from: PublishedFrom
    published_precision: Precision | None
    collected: datetime
    copy_of: str | None = None
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored article as found; score is None where hits are sorted by date."""

    article: Article
    score: float | None
