"""Trends: how often a theme is spoken of, per hour, day, ISO week or month, beside everything that was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from indexer.calendar import Interval, edges_between
from indexer.engine import Count, Engine
from indexer.query.tree import Between, Everything, Has, Node, Not, Value, all_of

EDGES_AT_ONCE = 2_000  # an engine's histogram takes no more


@dataclass(frozen=True, slots=True)
class Bucket:
    """Counts between two edges in time.

    Attributes:
        start: first moment of the bucket, in the time zone asked for.
        end: first moment after it.
        articles: matching articles.
        stories: those among them that are nobody's copy.
        total: all articles of the scope, matching or not.
        share: articles / total, None where nothing was collected (nothing can be said).
        sources: sources with at least one article of the scope.
        partial: the bucket is not over yet.
    """

    start: datetime
    end: datetime
    articles: int
    stories: int
    total: int
    share: float | None
    sources: int
    partial: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One theme or query over time.

    Attributes:
        undated: matching articles of the scope without a believable date, in no bucket.
        day_only: matching articles left out of hourly buckets because only their day is known.
    """

    name: str
    buckets: tuple[Bucket, ...]
    undated: int
    day_only: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Series over the same buckets, and the share of one another's scope."""

    interval: Interval
    start: datetime
    end: datetime
    series: tuple[Series, ...]


def trend(
    engine: Engine,
    questions: Mapping[str, Node],
    *,
    interval: Interval,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    now: datetime,
    scope: Node | None = None,
) -> Trend:
    """Count every question per interval beside everything in its scope.

    Args:
        questions: name → what is counted, such as `{"truce": Value("themes", …)}`.
        scope: what the share is a share of; None is every article.

    Raises:
        QueryError: the range is empty or too long.
        EngineError: as the engine found it.
    """
    scope = scope or Everything()
    edges = edges_between(since, until, interval, zone)
    timed = all_of(scope, Value("precision", frozenset({"second"}))) if interval == "hour" else scope
    totals, sources = _totals(engine, timed, edges)
    counted = _count_all(engine, questions, timed, edges)
    series = tuple(
        Series(
            name=name,
            buckets=tuple(_buckets(edges, counted[name], totals, sources, now=now)),
            undated=engine.count(all_of(node, scope, Not(Has("published")))),
            day_only=_day_only(engine, all_of(node, scope), edges) if interval == "hour" else 0,
        )
        for name, node in questions.items()
    )
    return Trend(interval, edges[0], edges[-1], series)


def _day_only(engine: Engine, node: Node, edges: Sequence[datetime]) -> int:
    day = Value("precision", frozenset({"day"}))
    return engine.count(all_of(node, day, Between("published", edges[0], edges[-1])))


def _chunks(edges: Sequence[datetime]) -> Iterable[list[datetime]]:
    for first in range(0, len(edges) - 1, EDGES_AT_ONCE - 1):
        yield [edge.astimezone(UTC) for edge in edges[first : first + EDGES_AT_ONCE]]


def _totals(engine: Engine, scope: Node, edges: Sequence[datetime]) -> tuple[list[int], list[int]]:
    totals: list[int] = []
    sources: list[int] = []
    for chunk in _chunks(edges):
        by_source = engine.histogram(scope, chunk, split="source").values()
        columns = list(zip(*by_source, strict=True)) or [()] * (len(chunk) - 1)
        totals += [sum(count.articles for count in column) for column in columns]
        sources += [sum(count.articles > 0 for count in column) for column in columns]
    return totals, sources


def _count_all(
    engine: Engine, questions: Mapping[str, Node], scope: Node, edges: Sequence[datetime]
) -> dict[str, list[Count]]:
    """Count every question; all that are plain themes come from one histogram split by theme."""
    themes = {name: theme for name, node in questions.items() if (theme := _plain_theme(node))}
    counted: dict[str, list[Count]] = {name: [] for name in questions}
    for chunk in _chunks(edges):
        split = engine.histogram(scope, chunk, split="themes") if len(themes) > 1 else {}
        empty = [Count(0, 0)] * (len(chunk) - 1)
        for name, node in questions.items():
            if len(themes) > 1 and name in themes:
                counted[name] += split.get(themes[name], empty)
            else:
                counted[name] += engine.histogram(all_of(node, scope), chunk)[""]
    return counted


def _plain_theme(node: Node) -> str | None:
    is_plain = isinstance(node, Value) and node.field == "themes" and len(node.values) == 1
    return next(iter(node.values)) if is_plain and isinstance(node, Value) else None


def _buckets(
    edges: Sequence[datetime],
    counts: Sequence[Count],
    totals: Sequence[int],
    sources: Sequence[int],
    *,
    now: datetime,
) -> Iterable[Bucket]:
    for (start, end), count, total, active in zip(pairwise(edges), counts, totals, sources, strict=True):
        yield Bucket(
            start=start,
            end=end,
            articles=count.articles,
            stories=count.stories,
            total=total,
            share=count.articles / total if total else None,
            sources=active,
            partial=end > now,
        )
