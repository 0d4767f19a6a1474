"""What the articles of a query have in common: numbers by class, country, language, theme, source and time."""

from __future__ import annotations

from indexer.trends.calendar import Interval
from monitor.documents.base import Document, Moment, described


class FacetValueDocument(Document):
    """A value and how many of the articles have it."""

    value: str = described("the value, as a query writes it", example="state")
    label: str = described("the value as people write it", example="state")
    articles: int = described("articles that have it", example=12)


class BarDocument(Document):
    """The articles of one day, week or month."""

    start: Moment = described("first moment, in the time zone of the document", example="2026-11-20T00:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-21T00:00:00+00:00")
    articles: int = described("articles published in it", example=7)


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
    interval: Interval = described(
        "width of a bar: days, or weeks or months where there would be more than 400", example="day"
    )
    bars: tuple[BarDocument, ...] = described(
        "by time up to now, oldest first, zeros included; without a start, from the first article on", example=[]
    )
