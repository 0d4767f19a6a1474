"""The queue of due sweeps. Sweeps run in small parts so that new pages are indexed in between.

The engine's counts decide what is due. Only the changes made by each sweep to a new version are recorded, for the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.errors import QueryTooBroad
from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.themes.compile import CompiledTheme
from indexer.themes.sweep import (
    NO_DIFFERENCE,
    Difference,
    RemovedTheme,
    count_differences,
    find_removed,
    select_tagged,
    sweep_some,
)
from indexer.themes.versions import begin_sweep, finish_sweep, record_version


@dataclass(slots=True)
class _Progress:
    """Progress of the running sweep, with the changes that were due when it started in this process."""

    planned: Difference
    done: int = 0


@dataclass(slots=True)
class Sweeps:
    """The sweeps of one indexer.

    Attributes:
        troubles: theme → why its tags cannot be updated.
    """

    database: Database
    troubles: dict[str, str] = field(default_factory=dict)
    _due: dict[str, CompiledTheme | RemovedTheme] = field(default_factory=dict)  # the first one is running
    _current: dict[str, str] = field(default_factory=dict)  # theme → digest that its tags are up to date with
    _compiled: Sequence[CompiledTheme] = ()
    _left_out: frozenset[str] = frozenset()
    _versions: dict[str, int] = field(default_factory=dict)
    _running: _Progress | None = None
    _check_removed: bool = False

    def follow(
        self, compiled: Sequence[CompiledTheme], now: datetime, *, left_out: frozenset[str] = frozenset()
    ) -> None:
        """Switch to these themes: record new versions and queue the themes whose tags may be out of date.

        Args:
            left_out: themes that cannot be compiled now; their tags stay.
        """
        with self.database.write() as connection:
            self._versions = {
                theme.id: record_version(connection, theme.id, theme.digest, theme.definition, now)
                for theme in compiled
            }
        self._compiled, self._left_out = compiled, left_out
        self._due = {theme.id: theme for theme in compiled if self._current.get(theme.id) != theme.digest}
        self._running, self._check_removed = None, True
        self.troubles.clear()

    def again(self, themes: Iterable[str]) -> None:
        """Queue these themes again, or all themes when none is given."""
        ids = frozenset(themes)
        self._due |= {theme.id: theme for theme in self._compiled if not ids or theme.id in ids}
        self._check_removed = True
        self.troubles.clear()

    @property
    def due(self) -> frozenset[str]:
        """The themes that still have to be checked or swept."""
        return frozenset(self._due)

    def left(self, themes: frozenset[str]) -> frozenset[str]:
        """Return which of these themes are still to be swept: all, until it is known which tags have no theme any more."""
        return themes if self._check_removed else themes & self.due

    @property
    def doing(self) -> str:
        """A description of the running sweep; empty when none is running."""
        if self._running is None or not self._due:
            return ""
        total = self._running.planned.missing + self._running.planned.stale
        return f"sweeping {next(iter(self._due))}: {self._running.done:,} of {total:,} articles"

    def work(self, engine: Engine, now: datetime) -> bool:
        """Write a part of one sweep; return whether anything was written. A theme with up-to-date tags takes two counts.

        Raises:
            EngineError: the engine is unavailable; the same part stays due.
        """
        if self._check_removed:
            known = self._left_out.union(theme.id for theme in self._compiled)
            self._due |= {removed.id: removed for removed in find_removed(engine, known)}
            self._check_removed = False
        while self._due:
            theme = next(iter(self._due.values()))
            try:
                if self._write_some(engine, theme, now):
                    return True
            except QueryTooBroad as error:
                self.troubles[theme.id] = f"theme {theme.id} cannot be swept: {error}"
            del self._due[theme.id]
            self._running = None
        return False

    def _write_some(self, engine: Engine, theme: CompiledTheme | RemovedTheme, now: datetime) -> int:
        if self._running is None:
            self._running = self._begin(engine, theme, now)
        written = sweep_some(engine, theme) if self._running.planned != NO_DIFFERENCE else NO_DIFFERENCE
        self._running.done += written.missing + written.stale
        if written == NO_DIFFERENCE and isinstance(theme, CompiledTheme):
            self._finish(engine, theme, now)
        return written.missing + written.stale

    def _begin(self, engine: Engine, theme: CompiledTheme | RemovedTheme, now: datetime) -> _Progress:
        planned = count_differences(engine, theme)
        if isinstance(theme, CompiledTheme):
            with self.database.write() as connection:
                begin_sweep(connection, theme.id, self._versions[theme.id], planned, now)
        return _Progress(planned)

    def _finish(self, engine: Engine, theme: CompiledTheme, now: datetime) -> None:
        articles = engine.count(select_tagged(theme.id))
        with self.database.write() as connection:
            finish_sweep(connection, theme.id, self._versions[theme.id], articles, now)
        self._current[theme.id] = theme.digest
