"""Counting between many edges: asked of an engine in parts it takes, several themes at once where that is cheaper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from indexer.engine import Count, Engine, Split
from indexer.query.tree import Node, Value, all_of

EDGES_AT_ONCE = 2_000  # an engine's histogram takes no more
NONE = Count(0, 0)


def count(engine: Engine, node: Node, edges: Sequence[datetime]) -> list[Count]:
    """Count matching articles and stories between neighbouring edges."""
    return [each for chunk in _chunks(edges) for each in engine.histogram(node, chunk)[""]]


def count_split(engine: Engine, node: Node, edges: Sequence[datetime], split: Split) -> dict[str, list[Count]]:
    """Count them for each value of a field; values nobody holds are left out."""
    series: dict[str, list[Count]] = {}
    done = 0
    for chunk in _chunks(edges):
        for value, counts in engine.histogram(node, chunk, split=split).items():
            known = series.setdefault(value, [])
            known += [NONE] * (done - len(known))
            known += counts
        done += len(chunk) - 1
    return {value: counts + [NONE] * (done - len(counts)) for value, counts in series.items()}


def count_questions(
    engine: Engine, questions: Mapping[str, Node], scope: Node, edges: Sequence[datetime]
) -> dict[str, list[Count]]:
    """Count every question within the scope; all that are plain themes come from one histogram split by theme."""
    themes = {name: theme for name, node in questions.items() if (theme := plain_theme(node))}
    together = count_split(engine, scope, edges, "themes") if len(themes) > 1 else {}
    return {
        name: together.get(themes[name], [NONE] * (len(edges) - 1))
        if together and name in themes
        else count(engine, all_of(node, scope), edges)
        for name, node in questions.items()
    }


def plain_theme(node: Node) -> str | None:
    """Return the theme whose tag is all that the question asks for, or None when it asks for something else."""
    if isinstance(node, Value) and node.field == "themes" and len(node.values) == 1:
        return next(iter(node.values))
    return None


def _chunks(edges: Sequence[datetime]) -> Iterator[list[datetime]]:
    for first in range(0, len(edges) - 1, EDGES_AT_ONCE - 1):
        yield [edge.astimezone(UTC) for edge in edges[first : first + EDGES_AT_ONCE]]
