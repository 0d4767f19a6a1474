"""How tests talk to an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.tree import Everything, Node


def fill(engine: Engine, *articles: Article) -> None:
    """Add the articles and make them visible."""
    engine.add(articles)
    engine.refresh()


def serials(engine: Engine, node: Node | None = None) -> list[int]:
    """Return the serials of all matching articles, ascending."""
    return [article.serial for article in engine.scan(node or Everything())]


def pages(engine: Engine, node: Node, size: int) -> list[list[Article]]:
    """Return all hits by date, page by page."""
    results = engine.search(node, limit=size)
    read = [[hit.article for hit in results.hits]]
    while results.after is not None:
        results = engine.search(node, limit=size, after=results.after)
        read.append([hit.article for hit in results.hits])
    return read


def by_date(articles: Iterable[Article]) -> list[Article]:
    """Return the articles in the order "date" promises."""
    dated = [article for article in articles if article.published is not None]
    undated = [article for article in articles if article.published is None]
    newest = sorted(dated, key=lambda article: (article.published, article.serial), reverse=True)
    return newest + sorted(undated, key=lambda article: article.serial, reverse=True)


def eventually(holds: Callable[[], bool]) -> bool:
    """Say whether it holds within the second an open reader may take."""
    last = datetime.now(UTC).timestamp() + 1
    while not (holding := holds()) and datetime.now(UTC).timestamp() < last:
        pass
    return holding
