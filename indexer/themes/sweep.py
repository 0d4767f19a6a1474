"""Sweeps: updating stored tags to match the themes' queries, writing only the differences.

Two queries find the articles whose tag differs from the theme's query. A sweep rewrites these articles, a preview counts
them, and a sweep that was killed resumes by running the queries again, so no progress has to be stored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.tree import NOTHING, Everything, Node, Not, Value, all_of

AT_ONCE = 1_000  # articles to rewrite between two refreshes
SAMPLES = 10  # articles that a preview shows of those gained, and of those lost


class ThemeQuery(Protocol):
    """What sweeps and the tagger need of a compiled theme."""

    @property
    def id(self) -> str:
        """The theme's id."""
        ...

    @property
    def node(self) -> Node:
        """The compiled query."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """How far a theme's stored tags differ from its query.

    Attributes:
        missing: number of articles that match the query without having the tag.
        stale: number of articles that have the tag without matching the query.
    """

    missing: int
    stale: int


NO_DIFFERENCE = Difference(0, 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sweep would change: the difference, and the newest articles that would gain and lose the tag."""

    difference: Difference
    gained: tuple[Article, ...]
    lost: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class RemovedTheme:
    """A theme that no longer exists: it matches nothing."""

    id: str
    node: Node = NOTHING


def select_tagged(theme: str) -> Node:
    """Return a query for the articles with the tag."""
    return Value("themes", frozenset({theme}))


def select_missing(theme: ThemeQuery) -> Node:
    """Return a query for the articles that match the theme without carrying the tag."""
    return all_of(theme.node, Not(select_tagged(theme.id)))


def select_stale(theme: ThemeQuery) -> Node:
    """Return a query for the articles that have the tag without matching the theme."""
    return all_of(select_tagged(theme.id), Not(theme.node))


def count_differences(engine: Engine, theme: ThemeQuery) -> Difference:
    """Count missing and stale tags; both are 0 when the tags are up to date."""
    return Difference(engine.count(select_missing(theme)), engine.count(select_stale(theme)))


def preview(engine: Engine, theme: ThemeQuery) -> Preview:
    """Return what a sweep would change, without changing it."""
    gained = engine.search(select_missing(theme), limit=SAMPLES)
    lost = engine.search(select_stale(theme), limit=SAMPLES)
    return Preview(
        Difference(gained.total, lost.total),
        tuple(hit.article for hit in gained.hits),
        tuple(hit.article for hit in lost.hits),
    )


def sweep(engine: Engine, theme: ThemeQuery, *, progress: Callable[[int], None] = lambda _: None) -> Difference:
    """Write the difference and return how many articles gained and lost the tag.

    Args:
        progress: called with the number of articles rewritten since the last call.

    Raises:
        EngineError: the engine is unavailable; sweeping again resumes.
    """
    added = removed = 0
    while (part := sweep_some(engine, theme)) != NO_DIFFERENCE:
        added, removed = added + part.missing, removed + part.stale
        progress(part.missing + part.stale)
    return Difference(added, removed)


def sweep_some(engine: Engine, theme: ThemeQuery) -> Difference:
    """Write a part of the difference, at most 1,000 articles, and return that part; it is empty once nothing is left.

    Raises:
        EngineError: the engine is unavailable.
    """
    if added := _rewrite(engine, select_missing(theme), lambda article: article.themes | {theme.id}):
        return Difference(added, 0)
    return Difference(0, _rewrite(engine, select_stale(theme), lambda article: article.themes - {theme.id}))


def find_removed(engine: Engine, known: frozenset[str]) -> list[RemovedTheme]:
    """Return the themes that articles are tagged with but that no longer exist; sweeping one removes its tag."""
    return [RemovedTheme(id) for id in sorted(engine.tally(Everything(), "themes").keys() - known)]


def _rewrite(engine: Engine, node: Node, themes_of: Callable[[Article], frozenset[str]]) -> int:
    articles = list(islice(engine.scan(node), AT_ONCE))
    if articles:
        engine.set_themes({article.id: themes_of(article) for article in articles})
        engine.refresh()
    return len(articles)
