"""Documents about the extraction of a page."""

from __future__ import annotations

from crawler.page import Precision
from indexer.article import PublishedFrom
from monitor.documents.base import Document, Moment, described


class ExtractionDocument(Document):
    """An article as extracted from one page."""

    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    text: str = described("text, with paragraphs separated by newlines", example="Envoys met again on Friday.")
    authors: tuple[str, ...] = described("names of the authors", example=["A. Writer"])
    published: Moment | None = described(
        "when it was published, UTC; noon where only the day is known; null when unknown",
        example="2026-11-20T09:30:00+00:00",
    )
    published_from: PublishedFrom = described("where that date comes from", example="json-ld")
    published_precision: Precision | None = described("how exact it is", example="second")
    updated: Moment | None = described(
        "when it was last changed, UTC; noon where only the day is known; null unless the page or feed gives a later time than "
        "that of publication",
        example="2026-11-20T11:05:00+00:00",
    )
    updated_precision: Precision | None = described("how exact the time of the change is", example="second")
    language: str | None = described("language, ISO 639-1", example="en")
    canonical_url: str | None = described(
        "address the page gives as its own", example="https://news.example/truce-talks"
    )


class ExtractDocument(Document):
    """The result of extracting a page."""

    url: str = described("address of the page", example="https://news.example/truce-talks")
    outcome: str = described("`extracted`, or the name of another outcome", example="extracted")
    explanation: str = described("why there is no article; empty when there is one", example="")
    article: ExtractionDocument | None = described("the article; null when there is none", example={})
