"""Counting between many edges: in chunks an engine accepts, and for several themes at once where that is cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from indexer.article import MomentField
from indexer.engine import Count, Engine, Split
from indexer.query.tree import Node, Value, all_of

EDGES_AT_ONCE = 2_000  # the most an engine's histogram accepts
NONE = Count(0, 0)


def count(engine: Engine, node: Node, edges: Sequence[datetime], field: MomentField = "published") -> list[Count]:
    """Count matching articles and stories between neighbouring edges."""
    return [each for chunk in _chunks(edges) for each in engine.histogram(node, chunk, field=field)[""]]


def count_split(engine: Engine, node: Node, edges: Sequence[datetime], split: Split) -> dict[str, list[Count]]:
    """Count matching articles and stories for each value of a field; values of no article are left out."""
    series: dict[str, list[Count]] = {}
    done = 0
    for chunk in _chunks(edges):
        for value, counts in engine.histogram(node, chunk, split=split).items():
            so_far = series.setdefault(value, [])
            so_far += [NONE] * (done - len(so_far))
            so_far += counts
        done += len(chunk) - 1
    return {value: counts + [NONE] * (done - len(counts)) for value, counts in series.items()}


def count_sources(engine: Engine, node: Node, edges: Sequence[datetime]) -> list[int]:
    """Count the sources with matching articles between neighbouring edges."""
    return [number for chunk in _chunks(edges) for number in engine.count_sources(node, chunk)]


def count_questions(
    engine: Engine, questions: Mapping[str, Node], scope: Node, edges: Sequence[datetime]
) -> dict[str, list[Count]]:
    """Count every question within the scope; plain themes share one histogram split by theme."""
    themes = _plain_themes(questions)
    together = count_split(engine, scope, edges, "themes") if themes else {}
    none = [NONE] * (len(edges) - 1)
    return {
        name: together.get(themes[name], none) if name in themes else count(engine, all_of(node, scope), edges)
        for name, node in questions.items()
    }


def count_whole(engine: Engine, questions: Mapping[str, Node], scope: Node) -> dict[str, int]:
    """Count the articles of every question within the scope; plain themes share one tally."""
    themes = _plain_themes(questions)
    together = engine.tally(scope, "themes") if themes else {}
    return {
        name: together.get(themes[name], 0) if name in themes else engine.count(all_of(node, scope))
        for name, node in questions.items()
    }


def plain_theme(node: Node) -> str | None:
    """Return the theme if the question is nothing but that theme's tag, otherwise None."""
    if isinstance(node, Value) and node.field == "themes" and len(node.values) == 1:
        return next(iter(node.values))
    return None


def _plain_themes(questions: Mapping[str, Node]) -> dict[str, str]:
    """Return name → theme for the plain themes; empty for a single one, which is faster to count on its own."""
    themes = {name: theme for name, node in questions.items() if (theme := plain_theme(node))}
    return themes if len(themes) > 1 else {}


def _chunks(edges: Sequence[datetime]) -> Iterator[list[datetime]]:
    for first in range(0, len(edges) - 1, EDGES_AT_ONCE - 1):
        yield [edge.astimezone(UTC) for edge in edges[first : first + EDGES_AT_ONCE]]
