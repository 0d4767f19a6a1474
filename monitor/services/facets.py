"""Facets: what the articles of a query have in common, to narrow it down by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import dropwhile, pairwise

from babel import Locale

from crawler.parse.dates import EARLIEST
from indexer.query.tree import Between, Has, Node, Not, all_of
from indexer.trends.calendar import Interval, edges_between
from indexer.trends.counting import count
from monitor.app import App
from monitor.documents.facets import BarDocument, FacetsDocument, FacetValueDocument
from monitor.services.times import parse_range

_MOST = 400  # bars
_LENGTHS: Mapping[Interval, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=28),
}

_ENGLISH = Locale("en")


def facets(app: App, query: str, *, since: str | None = None, until: str | None = None) -> FacetsDocument:
    """Return the articles that match a query by class, country, language, theme, source and time.

    Args:
        since: published at or after this time, as people write it: `2026-11-01`, `7d`.
        until: published before the end of this day, or before this moment.

    Raises:
        QueryError: the query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    start, end = parse_range(since, until, now=now, zone=app.zone)
    parsed = app.query(query)
    node = all_of(parsed.node, Between("published", start, end)) if start or end else parsed.node
    by_source = app.engine.tally(node, "source")
    sources = {source.id: source for source in app.sources}
    known = {id: number for id, number in by_source.items() if id in sources}
    titles = {theme.id: theme.title for theme in app.themes}
    interval, bars = _bars(app, node, start, min(end or now, now))
    return FacetsDocument(
        articles=app.engine.count(node),
        stories=app.engine.count(all_of(node, Not(Has("copy_of")))),
        timezone=app.zone.key,
        classes=_values(_sum((sources[id].source_class, number) for id, number in known.items()), {}),
        countries=_values(
            _sum((sources[id].country, number) for id, number in known.items()), dict(_ENGLISH.territories)
        ),
        languages=_values(app.engine.tally(node, "language"), dict(_ENGLISH.languages)),
        themes=_values(app.engine.tally(node, "themes"), titles),
        sources=_values(by_source, {id: source.name for id, source in sources.items()}),
        interval=interval,
        bars=bars,
    )


def _sum(numbers: Iterable[tuple[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for value, number in numbers:
        total[value] += number
    return total


def _values(numbers: Mapping[str, int], labels: Mapping[str, str]) -> tuple[FacetValueDocument, ...]:
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], labels.get(item[0], item[0])))
    return tuple(
        FacetValueDocument(value=value, label=labels.get(value, value), articles=number) for value, number in ordered
    )


def _bars(app: App, node: Node, start: datetime | None, end: datetime) -> tuple[Interval, tuple[BarDocument, ...]]:
    """Return the articles up to the end in as narrow bars as fit, and how wide these are."""
    if start is None or start < EARLIEST:
        months = _counted(app, node, EARLIEST, end, "month")
        begin = next((bar.start for bar in months if bar.articles), None)
    else:
        begin = start
    if begin is None or begin >= end:
        return "day", ()
    interval: Interval = next((one for one, length in _LENGTHS.items() if (end - begin) / length <= _MOST), "month")
    bars = _counted(app, node, begin, end, interval)
    return interval, tuple(bars if start == begin else dropwhile(lambda bar: not bar.articles, bars))


def _counted(app: App, node: Node, start: datetime, end: datetime, interval: Interval) -> list[BarDocument]:
    edges = edges_between(start, end, interval, app.zone)
    return [
        BarDocument(start=first, end=last, articles=each.articles)
        for (first, last), each in zip(pairwise(edges), count(app.engine, node, edges), strict=True)
    ]
