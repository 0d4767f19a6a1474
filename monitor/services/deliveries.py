"""What sources delivered day by day: their articles, and the days on which they were silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from config.errors import EngineError
from indexer.engine import Count
from indexer.query.tree import Everything
from indexer.trends.calendar import edges_between
from monitor.app import App
from monitor.documents.deliveries import DeliveriesDocument, SilenceDocument, SourceDeliveriesDocument
from monitor.services.sources import choose_sources

DAYS = 60
MOST = 366
_DAY = timedelta(days=1)


def deliveries(app: App, ids: Sequence[str] = (), *, days: int = DAYS) -> DeliveriesDocument:
    """Return what these sources, or all, delivered in the last days.

    Args:
        days: how many, the running one included; 1 to 366.

    Raises:
        NotFound: there is no source of one of the ids.
        ArchiveError: the archive cannot be read.
    """
    chosen, now = choose_sources(app, ids), datetime.now(UTC)
    edges = edges_between(now - (days - 1) * _DAY, now, "day", app.zone)[-days - 1 :]
    counts, silent = _counts(app, edges), _silent_days(app, edges)
    dates = [edge.date() for edge, _ in pairwise(edges)]
    return DeliveriesDocument(
        first=dates[0],
        last=dates[-1],
        timezone=app.zone.key,
        sources=tuple(
            _document(one.id, dates, None if counts is None else counts.get(one.id, ()), silent.get(one.id, ()))
            for one in chosen
        ),
    )


def _counts(app: App, edges: Sequence[datetime]) -> Mapping[str, Sequence[Count]] | None:
    if not app.has_archive:
        return None
    try:
        return app.engine.histogram(Everything(), edges, split="source")
    except EngineError:
        return None


def _silent_days(app: App, edges: Sequence[datetime]) -> Mapping[str, Sequence[date]]:
    """Return source → days on which none of its feeds delivered although one should have."""
    if not app.has_archive:
        return {}
    silent: dict[str, list[date]] = {}
    for edge, gaps in zip(edges, app.coverage(edges).gaps(), strict=False):
        for gap in gaps:
            if gap.whole:
                silent.setdefault(gap.source, []).append(edge.date())
    return silent


def _document(
    source: str, dates: Sequence[date], counts: Sequence[Count] | None, silent: Sequence[date]
) -> SourceDeliveriesDocument:
    articles = None if counts is None else tuple(count.articles for count in counts) or (0,) * len(dates)
    return SourceDeliveriesDocument(
        source=source,
        articles=articles,
        total=None if articles is None else sum(articles),
        newest=max((day for day, number in zip(dates, articles or (), strict=False) if number), default=None),
        silent=len(silent),
        silences=tuple(_spans(silent)),
    )


def _spans(days: Sequence[date]) -> Iterator[SilenceDocument]:
    """Yield the runs of ascending days."""
    begin = 0
    for end in range(1, len(days) + 1):
        if end == len(days) or days[end] - days[end - 1] > _DAY:
            yield SilenceDocument(first=days[begin], last=days[end - 1], days=end - begin)
            begin = end
