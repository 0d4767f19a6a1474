"""What moved: every theme in a period against the period before, with its course."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.documents.trends import PanelDocument, SpikeDocument

Direction = Literal["up", "down"]


class PointDocument(Document):
    """One day of a line."""

    start: Moment = described("start of the day, in the time zone of the document", example="2026-11-20T00:00:00+00:00")
    share: float | None = described(
        "share of everything collected, over as many days as `window` says, up to this one; null where too little was collected",
        example=0.56,
        unit="fraction, 0 to 1",
    )
    partial: bool = described("whether the day is still in progress", example=False)
    silent: int = described("sources that did not deliver on it", example=0)


class MoveDocument(Document):
    """One theme in the period."""

    theme: str = described("id of the theme", example="truce")
    title: str = described("its title", example="Truce")
    articles: int = described("its articles in the period", example=22)
    articles_before: int = described("its articles in the period before", example=2)
    share: float | None = described("share of everything collected", example=0.56, unit="fraction, 0 to 1")
    share_before: float | None = described("that share in the period before", example=0.13, unit="fraction, 0 to 1")
    g2: float = described("log-likelihood ratio of the change, negative for a fall", example=9.1)
    direction: Direction | None = described(
        "up or down where chance explains the change less than once in a hundred; null otherwise", example="up"
    )
    spikes: tuple[SpikeDocument, ...] = described("its spikes that touch the period, oldest first", example=[])
    line: tuple[PointDocument, ...] = described("its course day by day, oldest first", example=[])


class MovesDocument(Document):
    """What moved in a period."""

    start: Moment = described("first moment of the period", example="2026-11-19T18:10:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-26T18:10:00+00:00")
    timezone: str = described("time zone in which days begin", example="UTC")
    scope: str | None = described("query that everything is counted within; null for every article", example=None)
    steady: bool = described(
        "whether only the sources that delivered throughout both periods are counted", example=False
    )
    articles: int = described("everything collected in the period", example=39)
    articles_before: int = described("everything collected in the period before", example=16)
    sources: int = described("sources with an article in the period", example=17)
    window: int = described("days over which each point of the lines is a share", example=7)
    silent: tuple[str, ...] = described("ids of the counted sources that fell silent in either period", example=[])
    panel: PanelDocument | None = described(
        "the sources with an article in either period: those that delivered throughout both, and those that did not; "
        "null unless only the former are counted",
        example=None,
    )
    moves: tuple[MoveDocument, ...] = described(
        "the themes: the surest change first, then the largest share", example=[]
    )
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the scope", example=[])
