"""Verifying the engine: whether it has every kept article, and whether every tag matches its theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.archive import damage
from crawler.archive.archive import Archive
from crawler.archive.batches import batches
from crawler.archive.damage import Damage
from crawler.archive.soundness import find_unsound
from indexer.engine import Engine
from indexer.jobs.articles import count_articles, count_waiting, lost
from indexer.jobs.comparing import differing, unknown
from indexer.query.tree import Everything
from indexer.themes.compile import CompiledTheme
from indexer.themes.sweep import NO_DIFFERENCE, Difference, count_differences, find_removed


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The result of a verification.

    Attributes:
        kept: number of articles in the archive.
        waiting: those of them that may not be in the engine yet because the indexer is busy or not running.
        indexed: number of articles in the engine.
        differences: theme → how far its tags differ from its query.
        unknown: themes that articles are tagged with but that do not exist.
        left_out: themes that articles are tagged with and that cannot be compiled now; a sweep leaves these tags alone.
        lost: ids of articles of the archive that are damaged and cannot be read again.
        unknown_articles: number of articles in the engine that the archive does not know.
        is_index_damaged: whether files of the index are damaged, so that nothing that is compared with it is certain.
        different: ids of articles whose text or facts in the engine are not those in the archive.
        damaged: damaged rows of the archive, those not repaired first.
        files: what is wrong with the files of the archive and of the index, a sentence each.
    """

    kept: int
    waiting: int
    indexed: int
    differences: Mapping[str, Difference]
    unknown: Sequence[str]
    left_out: Sequence[str]
    lost: Sequence[str]
    unknown_articles: int
    is_index_damaged: bool
    different: Sequence[str]
    damaged: Sequence[Damage]
    files: Sequence[str]

    @property
    def is_complete(self) -> bool:
        """Whether the engine has every kept article that is not waiting, and no others."""
        return self.kept - self.waiting <= self.indexed <= self.kept

    @property
    def is_correct(self) -> bool:
        """Whether the articles and the tags in the engine are all correct, and the archive is undamaged."""
        tags_are_right = not self.unknown and all(one == NO_DIFFERENCE for one in self.differences.values())
        is_sound = not self.files and all(row.is_repaired for row in self.damaged)
        return self.is_complete and tags_are_right and not self.different and is_sound


def verify(
    engine: Engine, archive: Archive, compiled: Sequence[CompiledTheme], *, left_out: frozenset[str] = frozenset()
) -> Verdict:
    """Check the files, compare every article in the archive with the engine, and every theme's tags with its query.

    Damaged articles are set aside, and recorded.

    Args:
        left_out: themes that cannot be compiled now; their tags are compared with nothing.

    Raises:
        EngineError, ArchiveError: the engine or the archive cannot be read.
    """
    # A running indexer adds articles between these counts: those settled before must be in the engine, later ones may be.
    database = archive.database
    of_index = engine.find_damage()
    files = [*archive.find_damaged_files(), *of_index]
    different = differing(engine, database)
    with database.read() as connection:
        settled = count_articles(connection) - count_waiting(connection)
    indexed = engine.count(Everything())
    with database.read() as connection:
        kept, lost_ids = count_articles(connection), lost(connection)
        unsound = [
            Damage(place=row.table.name, row=row.name, detail=f"damaged: {', '.join(row.columns)}")
            for row in find_unsound(connection)
        ]
        damaged = [*unsound, *damage.recorded(connection)]
    strange = [removed.id for removed in find_removed(engine, frozenset(theme.id for theme in compiled))]
    return Verdict(
        kept=kept,
        waiting=kept - settled,
        indexed=indexed,
        differences={theme.id: count_differences(engine, theme) for theme in compiled},
        unknown=[id for id in strange if id not in left_out],
        left_out=[id for id in strange if id in left_out],
        lost=lost_ids,
        unknown_articles=sum(len(unknown(database, some)) for some in batches(different)),
        is_index_damaged=bool(of_index),
        different=different,
        damaged=damaged,
        files=files,
    )
