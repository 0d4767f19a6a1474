"""What a query asks, clause by clause: how much each finds, and what it costs."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.query.describe import Names, describe, names_of
from indexer.query.parse import Query
from indexer.query.simplify import simplify
from indexer.query.tree import And, Node, Not, Or

MOST_COUNTED = 200  # clauses asked of the engine, the outer ones first
_TRIES = 2  # the first also pays for what is not yet in memory

Count = Callable[[Node], int]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a query.

    Attributes:
        says: the clause as it would be typed, or the operator that joins its children.
        hits: articles that match it; None when it was not asked.
        seconds: how long the engine took to count them.
    """

    says: str
    hits: int | None
    seconds: float | None
    children: tuple[Clause, ...]


def explain(query: Query, count: Count | None) -> Clause:
    """Return the tree of a query as it was typed.

    Args:
        count: an engine's `count`; None where there is no engine to ask.

    Raises:
        EngineError, QueryTooBroad: as the engine found it.
    """
    measured = {id(node): _measure(node, count) for node in _outer(query.typed)} if count else {}
    return _clause(query.typed, names_of(query.words), measured)


def dearest(clause: Clause) -> Clause | None:
    """Return the innermost clause that took longest; None where nothing was asked."""
    if clause.children:
        return max(filter(None, map(dearest, clause.children)), key=lambda one: one.seconds or 0, default=None)
    return clause if clause.seconds is not None else None


def _outer(node: Node) -> Iterator[Node]:
    waiting, given = deque([node]), 0
    while waiting and given < MOST_COUNTED:
        top = waiting.popleft()
        waiting.extend(_children(top))
        given += 1
        yield top


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, And | Or):
        return node.children
    return (node.child,) if isinstance(node, Not) else ()


def _measure(node: Node, count: Count) -> tuple[int, float]:
    best = float("inf")
    for _ in range(_TRIES):
        start = time.perf_counter()
        hits = count(simplify(node))
        best = min(best, time.perf_counter() - start)
    return hits, best


def _clause(node: Node, names: Names, measured: dict[int, tuple[int, float]]) -> Clause:
    hits, seconds = measured.get(id(node), (None, None))
    children = tuple(_clause(child, names, measured) for child in _children(node))
    return Clause(describe(node, names), hits, seconds, children)
