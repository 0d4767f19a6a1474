"""The indexer's values: what an extractor reads from a page, the article as stored, and a search hit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from crawler.page import Page, Precision
from crawler.urls import registered_domain

PublishedFrom = Literal["feed", "json-ld", "meta", "time", "url", "text", "none"]
TextField = Literal["words", "title_words", "author_words"]
ValueField = Literal[
    "id", "url", "site", "source", "language", "themes", "author_names", "precision", "copy_of", "carries"
]
MomentField = Literal["published", "collected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one version of the extractor reads from a page."""

    title: str | None
    text: str
    authors: tuple[str, ...]
    published: datetime | None  # with a time zone, UTC once stored; None when missing or implausible
    published_from: PublishedFrom
    published_precision: Precision | None
    language: str | None  # ISO 639-1
    canonical_url: str | None
    updated: datetime | None = None  # like `published`; None unless it is later
    updated_precision: Precision | None = None
    parts: int = 1  # pages the article has at least; only one of them was read


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A published text as stored in an engine.

    Attributes:
        id: hash of the canonical form of the address it was collected at (crawler.urls.article_id).
        serial: unique positive number below 2**29, assigned at first collection and kept across revisions.
        published: UTC; noon UTC if only the day is known; None when unknown.
        collected: when its page was first collected, UTC.
        updated: when it was last changed, UTC, as far as its page or feed says; None unless that is later than `published`.
        copy_of: id of the story whose text this article copies; None for a story.
        carries: ids of the stories whose text this article, which is at least 2.75 times as long, carries within its own.
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
    updated: datetime | None = None
    updated_precision: Precision | None = None
    copy_of: str | None = None
    carries: tuple[str, ...] = ()
    themes: frozenset[str] = frozenset()


def article_of(page: Page, extraction: Extraction) -> Article:
    """Return the article that a page contains, not linked and not tagged yet."""
    return Article(
        id=page.id,
        serial=page.serial,
        url=page.url,
        site=registered_domain(page.url),
        title=extraction.title,
        text=extraction.text,
        authors=extraction.authors,
        source=page.source,
        language=extraction.language,
        published=extraction.published,
        published_from=extraction.published_from,
        published_precision=extraction.published_precision,
        updated=extraction.updated,
        updated_precision=extraction.updated_precision,
        collected=page.first_collected,
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored article that matches a search; score is None when hits are sorted by date."""

    article: Article
    score: float | None
