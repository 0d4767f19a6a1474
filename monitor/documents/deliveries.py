"""Documents about what sources delivered day by day."""

from __future__ import annotations

from datetime import date

from monitor.documents.base import Document, described


class SilenceDocument(Document):
    """Days in a row on which no feed of a source delivered although one should have."""

    first: date = described("its first day", example="2026-11-12")
    last: date = described("its last day", example="2026-11-13")
    days: int = described("how many days that are", example=2)


class SourceDeliveriesDocument(Document):
    """What one source delivered."""

    source: str = described("id of the source", example="bbc-world")
    articles: tuple[int, ...] | None = described(
        "its articles by day of publication, one number a day; null when the engine cannot be asked", example=[4, 0, 7]
    )
    total: int | None = described("sum of these numbers", example=11)
    newest: date | None = described("the last day with an article; null without one", example="2026-11-20")
    silent: int = described("days on which it was silent", example=2)
    silences: tuple[SilenceDocument, ...] = described("the days on which it was silent, in spans", example=[])


class DeliveriesDocument(Document):
    """What sources delivered in a range of days, the running day last."""

    first: date = described("first day", example="2026-09-22")
    last: date = described("last day", example="2026-11-20")
    timezone: str = described("time zone in which days begin", example="Europe/Berlin")
    sources: tuple[SourceDeliveriesDocument, ...] = described("the sources, by id", example=[])
