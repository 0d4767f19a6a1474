"""Sweeps: making stored tags equal to the themes' queries, writing only the difference.

The two difference queries are the whole truth about a theme's tags: a sweep writes what they match, a preview counts it, and
a sweep that was killed is resumed by asking them again. Nothing about progress needs to be remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.tree import Everything, Node, Not, Value, all_of

AT_ONCE = 1_000  # articles rewritten between two refreshes


class Tagged(Protocol):
    """What a sweep needs to know of a compiled theme."""

    @property
    def id(self) -> str:
        """The theme's id."""
        ...

    @property
    def node(self) -> Node:
        """What its query compiled to."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a theme's stored tags are from its query."""

    missing: int
    stale: int


def missing(theme: Tagged) -> Node:
    """Articles that match the query and do not carry the tag."""
    return all_of(theme.node, Not(_tag(theme.id)))


def stale(theme: Tagged) -> Node:
    """Articles that carry the tag and do not match the query."""
    return all_of(_tag(theme.id), Not(theme.node))


def difference(engine: Engine, theme: Tagged) -> Difference:
    """Count both; (0, 0) means the tags are true."""
    return Difference(engine.count(missing(theme)), engine.count(stale(theme)))


def sweep(engine: Engine, theme: Tagged, *, progress: Callable[[int], None] = lambda _: None) -> Difference:
    """Write the difference and return how many articles gained and lost the tag.

    Args:
        progress: told how many articles were rewritten since it was told last.

    Raises:
        EngineError: as the engine found it; sweeping again resumes.
    """
    added = _rewrite(engine, missing(theme), lambda article: article.themes | {theme.id}, progress)
    removed = _rewrite(engine, stale(theme), lambda article: article.themes - {theme.id}, progress)
    return Difference(added, removed)


def forget_unknown(engine: Engine, known: frozenset[str]) -> dict[str, int]:
    """Remove the tags of themes that no longer exist; return how many articles lost each."""
    unknown = engine.tally(Everything(), "themes").keys() - known
    return {
        theme: _rewrite(engine, _tag(theme), lambda article: article.themes & known, lambda _: None)
        for theme in sorted(unknown)
    }


def _tag(theme: str) -> Node:
    return Value("themes", frozenset({theme}))


def _rewrite(
    engine: Engine, node: Node, themes_of: Callable[[Article], frozenset[str]], progress: Callable[[int], None]
) -> int:
    written = 0
    for batch in _batches(engine.scan(node)):
        engine.set_themes({article.id: themes_of(article) for article in batch})
        written += len(batch)
        progress(len(batch))
    if written:
        engine.refresh()
    return written


def _batches(articles: Iterator[Article]) -> Iterator[Sequence[Article]]:
    while batch := list(islice(articles, AT_ONCE)):
        yield batch
