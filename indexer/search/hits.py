"""Searching: takes a resolved query and a time range, returns hits with their numbers of copies and snippets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from indexer.article import Article
from indexer.engine import Engine, Sort
from indexer.query.parse import Query
from indexer.query.tree import Between, Has, Node, Not, Value, all_of
from indexer.search.highlight import Segment, snippet
from indexer.search.spelling import AbsentWord, find_absent_words

SNIPPET_CHARACTERS = 240


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One hit, ready to be displayed.

    Attributes:
        copies: number of articles that are copies of this one; 0 if it is itself a copy.
        carriers: number of longer articles that carry this one within their own text.
        story: the story that it is a copy of; None if it is a story, or its story was deleted.
        snippet: pieces of the text around the matching words, in order, each marked as a match or not; untrusted text.
    """

    article: Article
    copies: int
    carriers: int
    story: Article | None
    snippet: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of a search.

    Attributes:
        total: exact number of matching articles in the range.
        undated: number of matching articles that are in no range because their date is unknown; 0 without a range.
        after: where the next page starts; None on the last page and when hits are sorted by score.
        absent: when nothing matches, the words of the query that no article contains.
    """

    total: int
    undated: int
    hits: tuple[SearchHit, ...]
    after: int | None
    absent: tuple[AbsentWord, ...]


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
    """Return the hits of a query that were published in a time range (UTC; an edge of None is open).

    Raises:
        EngineError, QueryTooBroad: the engine is unavailable.
    """
    has_range = since is not None or until is not None
    node = all_of(query.node, Between("published", since, until)) if has_range else query.node
    page = engine.search(node, limit=limit, sort=sort, after=after)
    hits = _hits(engine, [hit.article for hit in page.hits], query.node)
    undated = _count_undated(engine, query.node) if has_range else 0
    absent = () if page.total or undated else find_absent_words(engine, query.own_words)
    return Results(page.total, undated, hits, page.after, tuple(absent))


def _hits(engine: Engine, articles: Sequence[Article], node: Node) -> tuple[SearchHit, ...]:
    ids = frozenset(article.id for article in articles if article.copy_of is None)
    copies = engine.tally(Value("copy_of", ids), "copy_of") if ids else {}
    carriers = engine.tally(Value("carries", ids), "carries") if ids else {}
    wanted = sorted({article.copy_of for article in articles if article.copy_of})
    stories = engine.get(wanted) if wanted else {}
    return tuple(
        SearchHit(
            article=article,
            copies=copies.get(article.id, 0),
            carriers=carriers.get(article.id, 0),
            story=stories.get(article.copy_of) if article.copy_of else None,
            snippet=tuple(snippet(article, node, SNIPPET_CHARACTERS)),
        )
        for article in articles
    )


def _count_undated(engine: Engine, node: Node) -> int:
    return engine.count(all_of(node, Not(Has("published"))))
