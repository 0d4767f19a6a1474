"""Documents about articles: hits, pages of hits, and articles in full."""

from __future__ import annotations

from config.sources import SourceClass
from crawler.page import Precision
from indexer.article import PublishedFrom
from monitor.documents.base import Document, Moment, described
from monitor.documents.queries import AbsentWordDocument, DiagnosticDocument
from monitor.documents.versions import VersionsDocument


class HitDocument(Document):
    """An article as a search finds it."""

    id: str = described("id of the article, stable for its address", example="f066061f8a2c4e1b")
    url: str = described("address", example="https://news.example/truce-talks")
    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    published: Moment | None = described(
        "when it was published, UTC; noon where only the day is known; null when unknown",
        example="2026-11-20T09:30:00+00:00",
    )
    published_from: PublishedFrom = described("where that date comes from", example="json-ld")
    published_precision: Precision | None = described("how exact it is", example="second")
    collected: Moment = described("when its page was first collected, UTC", example="2026-11-20T09:41:07+00:00")
    source: str = described("id of its source", example="bbc")
    source_name: str | None = described("name of its source; null when the source was removed", example="BBC News")
    source_class: SourceClass | None = described(
        "class of its source; null when the source was removed", example="independent", alias="class"
    )
    country: str | None = described("country of its source, ISO 3166-1 alpha-2", example="GB")
    language: str | None = described("language, ISO 639-1", example="en")
    themes: tuple[str, ...] = described("ids of the themes it is tagged with", example=["negotiations", "truce"])
    copy_of: str | None = described("id of the story whose text it carries; null for a story", example=None)
    copies: int = described("articles that carry its text; 0 for one that is itself a copy", example=3)
    snippet: str = described("a piece of the text around the words found", example="… a truce was agreed …")
    highlights: tuple[tuple[int, int], ...] = described(
        "start and end of each word found in the snippet", example=[[4, 9]], unit="characters"
    )


class SearchDocument(Document):
    """One page of hits."""

    total: int = described("matching articles, on all pages", example=128)
    undated: int = described("matching articles outside the range because their date is unknown", example=2)
    hits: tuple[HitDocument, ...] = described("the hits of this page", example=[])
    next: int | None = described("cursor of the next page; null at the end", example=None)
    absent: tuple[AbsentWordDocument, ...] = described("where nothing matches: words no article has", example=[])
    versions: VersionsDocument = described("the versions of the themes the query asks for", example={})
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on the query", example=[])
