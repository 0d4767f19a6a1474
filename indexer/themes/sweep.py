"""Sweeps: making stored tags equal to the themes' queries, writing only the difference.

The two difference queries are the whole truth about a theme's tags: a sweep writes what they match, a preview counts it, and
a sweep that was killed is resumed by asking them again. Nothing about progress needs to be remembered.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.tree import NOTHING, Everything, Node, Not, Value, all_of

AT_ONCE = 1_000  # articles rewritten between two refreshes
SAMPLES = 5  # articles of each side that a preview shows


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


NO_DIFFERENCE = Difference(0, 0)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a sweep would write: the difference, and the newest articles on either side of it."""

    difference: Difference
    gained: tuple[Article, ...]
    lost: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """A theme that no longer exists: it matches nothing."""

    id: str
    node: Node = NOTHING


def tag(theme: str) -> Node:
    """Articles that carry the tag."""
    return Value("themes", frozenset({theme}))


def missing(theme: Tagged) -> Node:
    """Articles that match the query and do not carry the tag."""
    return all_of(theme.node, Not(tag(theme.id)))


def stale(theme: Tagged) -> Node:
    """Articles that carry the tag and do not match the query."""
    return all_of(tag(theme.id), Not(theme.node))


def difference(engine: Engine, theme: Tagged) -> Difference:
    """Count both; (0, 0) means the tags are true."""
    return Difference(engine.count(missing(theme)), engine.count(stale(theme)))


def preview(engine: Engine, theme: Tagged) -> Preview:
    """Say what a sweep would write, and write nothing."""
    gained = engine.search(missing(theme), limit=SAMPLES)
    lost = engine.search(stale(theme), limit=SAMPLES)
    return Preview(
        Difference(gained.total, lost.total),
        tuple(hit.article for hit in gained.hits),
        tuple(hit.article for hit in lost.hits),
    )


def sweep(engine: Engine, theme: Tagged, *, progress: Callable[[int], None] = lambda _: None) -> Difference:
    """Write the difference and return how many articles gained and lost the tag.

    Args:
        progress: told how many articles were rewritten since it was told last.

    Raises:
        EngineError: as the engine found it; sweeping again resumes.
    """
    added = removed = 0
    while (some := sweep_some(engine, theme)) != NO_DIFFERENCE:
        added, removed = added + some.missing, removed + some.stale
        progress(some.missing + some.stale)
    return Difference(added, removed)


def sweep_some(engine: Engine, theme: Tagged) -> Difference:
    """Write a part of the difference, 1,000 articles at most, and return it; none is left when it is empty.

    Raises:
        EngineError: as the engine found it.
    """
    if added := _rewrite(engine, missing(theme), lambda article: article.themes | {theme.id}):
        return Difference(added, 0)
    return Difference(0, _rewrite(engine, stale(theme), lambda article: article.themes - {theme.id}))


def unknown(engine: Engine, known: frozenset[str]) -> list[Gone]:
    """Return the themes that articles are tagged with and that no longer exist; sweeping to one removes its tag."""
    return [Gone(id) for id in sorted(engine.tally(Everything(), "themes").keys() - known)]


def _rewrite(engine: Engine, node: Node, themes_of: Callable[[Article], frozenset[str]]) -> int:
    articles = list(islice(engine.scan(node), AT_ONCE))
    if articles:
        engine.set_themes({article.id: themes_of(article) for article in articles})
        engine.refresh()
    return len(articles)
