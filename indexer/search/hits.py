"""Searching: a resolved query and a range of time in, hits with their copies and snippets out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from indexer.article import Article
from indexer.engine import Engine, Sort
from indexer.query.parse import Query
from indexer.query.tree import Between, Has, Node, Not, Value, all_of
from indexer.search.highlight import Segment, snippet
from indexer.search.spelling import Absent, absent_words

SNIPPET_CHARACTERS = 240


@dataclass(frozen=True, slots=True)
class Shown:
    """One hit as a person sees it.

    Attributes:
        copies: how many articles carry this one's text; 0 for one that is itself a copy.
        snippet: pieces of the text around the words found, in order, each marked as found or not; untrusted text.
    """

    article: Article
    copies: int
    snippet: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search.

    Attributes:
        total: exact number of matching articles in the range.
        undated: matching articles outside of every range because nobody knows their date; 0 where no range is asked.
        after: where the next page starts, None at the end or where hits are sorted by score.
        absent: where nothing matches, the words of the query that no article has.
    """

    total: int
    undated: int
    hits: tuple[Shown, ...]
    after: int | None
    absent: tuple[Absent, ...]


def search(
    engine: Engine,
    query: Query,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 20,
    sort: Sort = "date",
    after: int | None = None,
) -> Results:
    """Return the hits of a query published in a range of time (UTC edges, open where None).

    Raises:
        EngineError, QueryTooBroad: as the engine found it.
    """
    ranged = since is not None or until is not None
    node = all_of(query.node, Between("published", since, until)) if ranged else query.node
    found = engine.search(node, limit=limit, sort=sort, after=after)
    copies = _copies(engine, [hit.article for hit in found.hits])
    shown = tuple(_shown(hit.article, copies, query.node) for hit in found.hits)
    undated = _undated(engine, query.node) if ranged else 0
    absent = () if found.total or undated else absent_words(engine, query.own_words)
    return Results(found.total, undated, shown, found.after, tuple(absent))


def _shown(article: Article, copies: dict[str, int], node: Node) -> Shown:
    return Shown(article, copies.get(article.id, 0), tuple(snippet(article, node, SNIPPET_CHARACTERS)))


def _copies(engine: Engine, articles: Sequence[Article]) -> dict[str, int]:
    ids = frozenset(article.id for article in articles if article.copy_of is None)
    return engine.tally(Value("copy_of", ids), "copy_of") if ids else {}


def _undated(engine: Engine, node: Node) -> int:
    return engine.count(all_of(node, Not(Has("published"))))
