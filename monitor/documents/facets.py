"""What the articles of a query have in common: numbers by class, country, language, theme, source and day."""

from __future__ import annotations

from monitor.documents.base import Document, Moment, described


class FacetValueDocument(Document):
    """A value and how many of the articles have it."""

    value: str = described("the value, as a query writes it", example="state")
    label: str = described("the value as people write it", example="state")
    articles: int = described("articles that have it", example=12)


class DayDocument(Document):
    """The articles of one day."""

    start: Moment = described("start of the day, in the time zone of the document", example="2026-11-20T00:00:00+00:00")
    articles: int = described("articles published on it", example=7)


class FacetsDocument(Document):
    """The articles of a query by what they have in common."""

    articles: int = described("matching articles", example=128)
    stories: int = described("of these, the articles that are not copies", example=101)
    timezone: str = described("time zone in which days begin", example="UTC")
    classes: tuple[FacetValueDocument, ...] = described("by class of the source, most first", example=[])
    countries: tuple[FacetValueDocument, ...] = described("by country of the source, most first", example=[])
    languages: tuple[FacetValueDocument, ...] = described("by language, most first", example=[])
    themes: tuple[FacetValueDocument, ...] = described("by theme, most first", example=[])
    sources: tuple[FacetValueDocument, ...] = described("by source, most first", example=[])
    days: tuple[DayDocument, ...] = described(
        "by day of the range, zeros included; empty for ranges of more than 400 days or without a start", example=[]
    )
