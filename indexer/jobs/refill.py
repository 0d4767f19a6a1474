"""Finding out that the index lacks articles of the archive, so that the indexer adds them again without being asked.

An index can be emptied, deleted, restored from an older state or new beside a restored archive. Counts tell: every kept article
that does not wait for the engine must be in it.
"""

from __future__ import annotations

from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.jobs import articles
from indexer.query.tree import Everything


def mark_missing(engine: Engine, database: Database) -> int:
    """Let the kept articles that the engine lacks wait for it, and return their number; only the single indexer may do this.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    with database.read() as connection:
        settled = articles.count_articles(connection) - articles.count_waiting(connection)
    engine.refresh()
    indexed = engine.count(Everything())
    if indexed >= settled:
        return 0
    missing = 0
    for ids in articles.settled_ids(database):
        present = engine.get(list(ids.values())) if indexed else {}
        absent = [serial for serial, id in ids.items() if id not in present]
        with database.write() as connection:
            articles.mark_waiting(connection, absent)
        missing += len(absent)
    return missing
