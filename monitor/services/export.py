"""Exports: every article that matches, one after the other, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from indexer.query.tree import Between, Node, all_of
from monitor.app import App
from monitor.documents.articles import ArticleDocument
from monitor.documents.completeness import SearchableDocument
from monitor.documents.queries import DiagnosticDocument
from monitor.documents.versions import VersionsDocument
from monitor.services.articles import article_document
from monitor.services.completeness import searchable
from monitor.services.queries import diagnostics
from monitor.services.theme_versions import versions_of
from monitor.services.times import parse_range

COLUMNS = tuple(field.alias or name for name, field in ArticleDocument.model_fields.items())


@dataclass(frozen=True, slots=True)
class Export:
    """Articles that are yet to be read; iterating over it reads them, in the order in which addresses were discovered.

    Attributes:
        articles: how many there were when the export began.
        versions: of the themes that the query names.
        searchable: how many articles of the archive could be searched then; None when all of them could.
        diagnostics: remarks on the query.
    """

    articles: int
    versions: VersionsDocument
    searchable: SearchableDocument | None
    diagnostics: tuple[DiagnosticDocument, ...]
    _app: App
    _node: Node

    def __iter__(self) -> Iterator[ArticleDocument]:
        """Yield every article once, in constant memory.

        Raises:
            EngineError: the engine cannot be asked.
        """
        sources = {source.id: source for source in self._app.sources}  # as they are when the export begins
        for article in self._app.engine.scan(self._node):
            yield article_document(article, sources.get(article.source))


def export(app: App, query: str, *, since: str | None = None, until: str | None = None) -> Export:
    """Return every article that matches a query.

    Args:
        since: published at or after this time, as people write it: `2026-11-01`, `7d`.
        until: published before the end of this day, or before this moment.

    Raises:
        QueryError: the query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    start, end = parse_range(since, until, now=datetime.now(UTC), zone=app.zone)
    parsed = app.query(query)
    node = all_of(parsed.node, Between("published", start, end)) if start or end else parsed.node
    remarks = diagnostics(parsed.diagnostics)
    return Export(app.engine.count(node), versions_of(app, node), searchable(app), remarks, app, node)
