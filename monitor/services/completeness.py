"""Whether there are articles, and the index has every one of the archive; while it does not, every answer says so."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.presence import heartbeat_of
from indexer.jobs.articles import count_articles
from indexer.query.tree import Everything
from monitor.app import App
from monitor.documents.completeness import SearchableDocument
from monitor.sentences import counted


def searchable(app: App) -> SearchableDocument | None:
    """Return how many articles of the archive can be searched now; None when there are some and all of them can.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    # The engine first: an article is in the archive before it is in the engine.
    indexed = app.engine.count(Everything())
    with app.archive.database.read() as connection:
        kept = count_articles(connection)
    if not indexed and not kept:
        return SearchableDocument(articles=0, kept=0, message=nothing_yet(app))
    if indexed >= kept:
        return None
    message = f"{indexed:,} of {kept:,} articles are searchable; the indexer adds the others"
    return SearchableDocument(articles=indexed, kept=kept, message=message)


def nothing_yet(app: App) -> str:
    """Return that there is no article yet, and what helps; empty where there are some.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    pages = 0
    if app.has_archive:
        with app.archive.database.read() as connection:
            if count_articles(connection):
                return ""
        pages = sum(app.archive.count_pages_by_state().values())
    if pages:
        return f"{counted(pages, 'page')} collected, but no article yet; `parley status` says what became of them"
    if heartbeat_of(app.settings.data, "crawler", datetime.now(UTC)):
        return "nothing has been collected yet; the crawler is running, and `parley status` says how far it is"
    return "nothing has been collected yet; start with `parley run`, or look around with `parley demo`"
