"""Explaining a query clause by clause: how many articles each clause matches, and how long counting them takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from indexer.query.describe import Names, describe, names_of
from indexer.query.parse import Query
from indexer.query.simplify import simplify
from indexer.query.tree import And, Node, Not, Or

MOST_COUNTED = 200  # the most clauses to count, outer ones first
_TRIES = 2  # the first one also loads data into memory, so the faster one is reported

Count = Callable[[Node], int]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a query.

    Attributes:
        text: the clause as it would be typed, or the operator that joins its children.
        hits: number of matching articles; None when they were not counted.
        seconds: how long the engine took to count them; None when they were not counted.
    """

    text: str
    hits: int | None
    seconds: float | None
    children: tuple[Clause, ...]


def explain(query: Query, count: Count | None) -> Clause:
    """Return the tree of a query as it was typed, with counts and times.

    Args:
        count: an engine's `count`; None when there is no engine.

    Raises:
        EngineError, QueryTooBroad: the engine is unavailable.
    """
    measured = {id(node): _measure(node, count) for node in _outer(query.typed)} if count else {}
    return _clause(query.typed, names_of(query.words), measured)


def slowest(clause: Clause) -> Clause | None:
    """Return the innermost clause that took longest; None when nothing was counted."""
    if clause.children:
        return max(filter(None, map(slowest, clause.children)), key=lambda one: one.seconds or 0, default=None)
    return clause if clause.seconds is not None else None


def _outer(node: Node) -> Iterator[Node]:
    queue, number = deque([node]), 0
    while queue and number < MOST_COUNTED:
        top = queue.popleft()
        queue.extend(_children(top))
        number += 1
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
