"""Finding out that the index lacks articles of the archive, so that the indexer adds them again without being asked.

An index can be emptied, deleted, restored from an older state or new beside a restored archive. Numbers and sums of serials tell:
every kept article that does not wait for the engine must be in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from crawler.archive.batches import AT_ONCE
from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.jobs import articles
from indexer.query.tree import Everything


@dataclass(frozen=True, slots=True)
class Surplus:
    """What the engine has more than the archive; the articles that wait for it left out.

    Attributes:
        articles: their number; negative where the engine lacks more.
        serials: the sum of their serials, less that of the lacking ones.
    """

    articles: int = 0
    serials: int = 0


def surplus(engine: Engine, database: Database) -> Surplus:
    """Compare engine and archive without reading articles.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    with database.read() as connection:
        kept, waiting = articles.count_articles(connection), articles.count_waiting(connection)
        serials = articles.sum_of_serials(connection)
        some = articles.waiting_ids(connection, AT_ONCE)
    engine.refresh()
    indexed = engine.count(Everything())
    if waiting > len(some):  # too many to ask for: they may be in the engine or not
        return Surplus(min(indexed - (kept - waiting), 0))
    present = engine.get(list(some.values())) if some else {}
    return Surplus(
        indexed - len(present) - (kept - waiting),
        engine.sum_of_serials() - sum(it.serial for it in present.values()) - (serials - sum(some)),
    )


def mark_missing(engine: Engine, database: Database) -> int:
    """Let the kept articles that the engine lacks wait for it, and return their number; only the single indexer may do this.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    engine.refresh()
    missing, is_empty = 0, not engine.count(Everything())
    for ids in articles.settled_ids(database):
        present = {} if is_empty else engine.get(list(ids.values()))
        absent = [serial for serial, id in ids.items() if id not in present]
        with database.write() as connection:
            articles.mark_waiting(connection, absent)
        missing += len(absent)
    return missing
