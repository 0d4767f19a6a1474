"""Who speaks about a theme: its articles by class, country, language or source, week by week."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, Moment, described

By = Literal["class", "country", "language", "source"]
Measure = Literal["articles", "share"]


class SpeakerWeekDocument(Document):
    """What one group published in one week."""

    start: Moment = described(
        "start of the week, in the time zone of the document", example="2026-11-16T00:00:00+00:00"
    )
    articles: int = described("its articles about the theme", example=4)
    total: int = described("all of its articles", example=11)
    share: float | None = described(
        "articles / total; null below 10 articles, too few for a share", example=0.36, unit="fraction, 0 to 1"
    )
    partial: bool = described("whether the week is not over", example=False)


class SpeakerDocument(Document):
    """A group of articles: those of a class, a country, a language or a source."""

    value: str | None = described(
        "the value, as a query writes it; null for everything without a group of its own", example="state"
    )
    label: str = described("the value as people write it", example="State")
    query: str | None = described(
        "query for its articles about the theme; null where none can be written",
        example="theme:truce class:state published:>=2026-09-28",
    )
    articles: int = described("its articles about the theme", example=4)
    total: int = described("all of its articles", example=11)
    share: float | None = described(
        "articles / total; null where it published nothing", example=0.36, unit="fraction, 0 to 1"
    )
    is_small: bool = described("whether it has too few articles to be ranked, fewer than 10", example=False)
    weeks: tuple[SpeakerWeekDocument, ...] = described("week by week, oldest first, zeros included", example=[])


class SpeakersDocument(Document):
    """Who speaks about a theme."""

    theme: str = described("id of the theme", example="truce")
    by: By = described("what the groups are made by", example="class")
    start: Moment = described("start of the first week", example="2026-09-28T00:00:00+00:00")
    end: Moment = described("end of the last week", example="2026-11-30T00:00:00+00:00")
    timezone: str = described("time zone in which weeks begin", example="UTC")
    measure: Measure = described(
        "what can be drawn of a week: a share where a group has 50 articles a week on average, else numbers of articles",
        example="articles",
    )
    top: float = described("the largest number or share of a week, up to which one scale for all goes", example=12)
    groups: tuple[SpeakerDocument, ...] = described(
        "the groups with the most articles about the theme, highest share first; those too small to be ranked come after "
        "them, and everything else last",
        example=[],
    )
