"""Whether the index has every article of the archive; while it does not, every answer says so."""

from __future__ import annotations

from indexer.jobs.articles import count_articles
from indexer.query.tree import Everything
from monitor.app import App
from monitor.documents.completeness import SearchableDocument


def searchable(app: App) -> SearchableDocument | None:
    """Return how many articles of the archive can be searched now; None when all of them can.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    # The engine first: an article is in the archive before it is in the engine.
    indexed = app.engine.count(Everything())
    with app.archive.database.read() as connection:
        kept = count_articles(connection)
    if indexed >= kept:
        return None
    message = f"{indexed:,} of {kept:,} articles are searchable; the indexer adds the others"
    return SearchableDocument(articles=indexed, kept=kept, message=message)
