"""Whether what is stored is what should be: every kept article in the engine, every tag true to its theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.jobs.articles import count_articles, count_waiting
from indexer.query.tree import Everything
from indexer.themes.compile import CompiledTheme
from indexer.themes.sweep import NO_DIFFERENCE, Difference, difference, find_removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found.

    Attributes:
        kept: articles that the archive keeps.
        waiting: those of them that the engine may not hold yet, because the indexer is at work or has to be started.
        indexed: articles that the engine holds.
        differences: theme → how far its tags are from its query.
        unknown: themes that articles are tagged with and that do not exist.
    """

    kept: int
    waiting: int
    indexed: int
    differences: Mapping[str, Difference]
    unknown: Sequence[str]

    @property
    def is_whole(self) -> bool:
        """Whether the engine holds every kept article that does not wait, and nothing else."""
        return self.kept - self.waiting <= self.indexed <= self.kept

    @property
    def is_true(self) -> bool:
        """Whether everything is as it should be."""
        return self.is_whole and not self.unknown and all(one == NO_DIFFERENCE for one in self.differences.values())


def verify(engine: Engine, database: Database, compiled: Sequence[CompiledTheme]) -> Verdict:
    """Count kept articles against the engine, and ask both difference queries of every theme.

    Raises:
        EngineError, ArchiveError: it cannot be found out.
    """
    # An indexer at work adds between these counts: what was settled before must be there, what is kept after may be.
    with database.read() as connection:
        settled = count_articles(connection) - count_waiting(connection)
    indexed = engine.count(Everything())
    with database.read() as connection:
        kept = count_articles(connection)
    return Verdict(
        kept=kept,
        waiting=kept - settled,
        indexed=indexed,
        differences={theme.id: difference(engine, theme) for theme in compiled},
        unknown=[removed.id for removed in find_removed(engine, frozenset(theme.id for theme in compiled))],
    )
