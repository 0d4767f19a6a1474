"""The words of an article that a query or a theme finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from config.errors import QueryError
from indexer.query.tree import Everything, Node
from indexer.search.highlight import Segment, marked_text, marked_title
from indexer.themes.compile import compile_theme
from monitor.app import App
from monitor.documents.articles import ArticleDocument


@dataclass(frozen=True, slots=True)
class Marked:
    """An article in pieces, each marked or not; untrusted text."""

    title: Sequence[Segment]
    paragraphs: Sequence[Sequence[Segment]]


def marks(app: App, article: ArticleDocument, *, theme: str = "", query: str = "") -> Marked:
    """Return the title and the paragraphs of an article, with the words marked that a theme or a query finds.

    Of a theme, its own words are marked, not those of its context. What cannot be read, or is no more, marks nothing.

    Args:
        theme: id of a theme; empty for the query.
    """
    node = _node(app, theme, query)
    return Marked(marked_title(article.title or "", node), _paragraphs(marked_text(article.text, node)))


def _node(app: App, theme: str, query: str) -> Node:
    known = next((one for one in app.themes if one.id == theme), None)
    try:
        if known:
            return compile_theme(replace(known, context={}), app.context()).node
        return app.query(query).node if query and not theme else Everything()
    except QueryError:
        return Everything()


def _paragraphs(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Return the segments of each line that is not empty."""
    lines: list[list[Segment]] = [[]]
    for segment in segments:
        first, *others = segment.text.split("\n")
        lines[-1].append(Segment(first, segment.is_hit))
        lines += ([Segment(other, segment.is_hit)] for other in others)
    return [line for line in lines if any(segment.text.strip() for segment in line)]
