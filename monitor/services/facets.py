"""Facets: what the articles of a query have in common, to narrow it down by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from babel import Locale

from indexer.query.tree import Between, Has, Node, Not, all_of
from indexer.trends.calendar import edges_between
from monitor.app import App
from monitor.documents.facets import DayDocument, FacetsDocument, FacetValueDocument
from monitor.services.times import parse_range

MOST_DAYS = 400

_ENGLISH = Locale("en")


def facets(app: App, query: str, *, since: str | None = None, until: str | None = None) -> FacetsDocument:
    """Return the articles that match a query by class, country, language, theme, source and day.

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
        days=_days(app, node, start, end or now) if start else (),
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


def _days(app: App, node: Node, start: datetime, end: datetime) -> tuple[DayDocument, ...]:
    if end - start > timedelta(days=MOST_DAYS):
        return ()
    edges = edges_between(start, end, "day", app.zone)
    [counts] = app.engine.histogram(node, edges).values()
    return tuple(
        DayDocument(start=edge.astimezone(app.zone), articles=count.articles)
        for edge, count in zip(edges, counts, strict=False)
    )
