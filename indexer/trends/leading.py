"""The series of which one may lead another: themes, or one question in the classes, countries or languages of sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.sources import Source
from indexer.engine import Count, Engine
from indexer.query.tree import Node, all_of
from indexer.trends.counting import count, count_questions, count_split
from indexer.trends.leads import SHORTEST, Counts, Pair, find_leads
from indexer.trends.splits import UNKNOWN, Among, LeadInterval

MOST_LAG: Mapping[LeadInterval, int] = {"day": 14, "hour": 48}  # buckets
_BLOCK: Mapping[LeadInterval, int] = {"day": 7, "hour": 24}
FEWEST = 30  # articles of a group; fewer show no lead
MOST_GROUPS = 14  # of the most articles


@dataclass(frozen=True, slots=True)
class Leading:
    """The pairs of groups that were compared.

    Attributes:
        start, end: of the buckets that were compared, which are complete.
        buckets: their number; no pair is compared where there are fewer than `leads.SHORTEST`.
        groups: group → its articles, the largest first.
        left_out: group → its articles, of those with too few, and of the smallest of too many.
        pairs: every two groups, the surest first.
    """

    start: datetime
    end: datetime
    buckets: int
    groups: Mapping[str, int]
    left_out: Mapping[str, int]
    pairs: Sequence[Pair]


def who_leads(
    engine: Engine,
    questions: Mapping[str, Node],
    *,
    among: Among,
    interval: LeadInterval,
    edges: Sequence[datetime],
    scope: Node,
    sources: Iterable[Source],
) -> Leading:
    """Compare every two groups.

    Args:
        questions: name → query; a single one unless themes are compared.
        edges: of complete buckets, in the time zone whose days and hours have their habits.
        scope: the articles that all counts are a part of.

    Raises:
        EngineError: the engine is unavailable.
    """
    groups = _groups(engine, questions, among, edges, scope, sources)
    first = min((_first(totals) for _, totals in groups.values()), default=0)
    edges = edges[first:]
    numbers = {name: sum(counts[first:]) for name, (counts, _) in groups.items()}
    ordered = sorted(numbers, key=lambda name: (-numbers[name], name))
    kept = [name for name in ordered if numbers[name] >= FEWEST][:MOST_GROUPS]
    seasons = _seasons(edges[:-1], interval)
    series = {name: Counts(groups[name][0][first:], groups[name][1][first:], seasons) for name in kept}
    buckets = len(edges) - 1
    return Leading(
        edges[0],
        edges[-1],
        buckets,
        {name: numbers[name] for name in kept},
        {name: numbers[name] for name in ordered if name not in kept},
        find_leads(series, most_lag=MOST_LAG[interval], block=_BLOCK[interval]) if buckets >= SHORTEST else (),
    )


_Group = tuple[list[int], list[int]]  # articles of the question and all articles of the scope, bucket by bucket


def _groups(
    engine: Engine,
    questions: Mapping[str, Node],
    among: Among,
    edges: Sequence[datetime],
    scope: Node,
    sources: Iterable[Source],
) -> dict[str, _Group]:
    if among == "theme":
        totals = _articles(count(engine, scope, edges))
        counted = count_questions(engine, questions, scope, edges)
        return {name: (_articles(counts), totals) for name, counts in counted.items()}
    [node] = questions.values()
    split: Literal["language", "source"] = "language" if among == "language" else "source"
    inside, all_ = (count_split(engine, each, edges, split) for each in (all_of(node, scope), scope))
    group_of = {source.id: source.source_class if among == "class" else source.country for source in sources}
    groups: dict[str, _Group] = {}
    for value, counts in all_.items():
        name = value if among == "language" else group_of.get(value, UNKNOWN)
        matching = _articles(inside[value]) if value in inside else [0] * len(counts)
        before = groups.get(name, ([0] * len(counts), [0] * len(counts)))
        groups[name] = _sum(before[0], matching), _sum(before[1], _articles(counts))
    return groups


def _articles(counts: Iterable[Count]) -> list[int]:
    return [each.articles for each in counts]


def _sum(first: Sequence[int], second: Sequence[int]) -> list[int]:
    return [one + other for one, other in zip(first, second, strict=True)]


def _first(totals: Sequence[int]) -> int:
    """Return the first bucket with an article; the last one where there is none."""
    return next((number for number, total in enumerate(totals) if total), max(0, len(totals) - 1))


def _seasons(starts: Sequence[datetime], interval: LeadInterval) -> list[list[int]]:
    weekdays = [start.weekday() for start in starts]
    return [weekdays, [start.hour for start in starts]] if interval == "hour" else [weekdays]
