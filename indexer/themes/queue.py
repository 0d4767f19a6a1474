"""Which sweeps are due, taken a part at a time, so that what arrives meanwhile is indexed too.

What is due is found out by asking the engine; only what each sweep to a new version changed is written down, for its history.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.errors import QueryTooBroad
from crawler.archive.database import Database
from indexer.engine import Engine
from indexer.themes.compile import CompiledTheme
from indexer.themes.sweep import NO_DIFFERENCE, Difference, Gone, difference, sweep_some, tag, unknown
from indexer.themes.versions import begin_sweep, finish_sweep, record_version


@dataclass(slots=True)
class _Begun:
    """The sweep under way, with what it was to change when it began in this process."""

    planned: Difference
    done: int = 0


@dataclass(slots=True)
class Sweeps:
    """The sweeps of one indexer.

    Attributes:
        troubles: theme → why its tags cannot be made true.
    """

    database: Database
    troubles: dict[str, str] = field(default_factory=dict)
    _due: dict[str, CompiledTheme | Gone] = field(default_factory=dict)  # the first is under way
    _true: dict[str, str] = field(default_factory=dict)  # theme → digest its tags are known to be true to
    _compiled: Sequence[CompiledTheme] = ()
    _versions: dict[str, int] = field(default_factory=dict)
    _begun: _Begun | None = None
    _look_for_unknown: bool = False

    def follow(self, compiled: Sequence[CompiledTheme], now: datetime) -> None:
        """Take the themes as they stand from now on: record new versions, and note what may have to be swept."""
        with self.database.write() as connection:
            self._versions = {
                theme.id: record_version(connection, theme.id, theme.digest, theme.definition, now)
                for theme in compiled
            }
        self._compiled = compiled
        self._due = {theme.id: theme for theme in compiled if self._true.get(theme.id) != theme.digest}
        self._begun, self._look_for_unknown = None, True
        self.troubles.clear()

    def again(self, themes: Iterable[str]) -> None:
        """Look again at the tags of these themes, or with none at those of all."""
        wanted = frozenset(themes)
        self._due |= {theme.id: theme for theme in self._compiled if not wanted or theme.id in wanted}
        self._look_for_unknown = True
        self.troubles.clear()

    @property
    def due(self) -> frozenset[str]:
        """The themes that are still to be swept, or to be looked at."""
        return frozenset(self._due)

    def left(self, themes: frozenset[str]) -> frozenset[str]:
        """Return which of these themes are still to be swept: all, until it is known which tags have no theme any more."""
        return themes if self._look_for_unknown else themes & self.due

    @property
    def doing(self) -> str:
        """What is under way, in words; empty when nothing is."""
        if self._begun is None or not self._due:
            return ""
        total = self._begun.planned.missing + self._begun.planned.stale
        return f"sweeping {next(iter(self._due))}: {self._begun.done:,} of {total:,} articles"

    def work(self, engine: Engine, now: datetime) -> bool:
        """Write a part of one sweep; return whether anything was written. Themes whose tags are true cost two counts.

        Raises:
            EngineError: as the engine found it; the same part is due again.
        """
        if self._look_for_unknown:
            known = frozenset(theme.id for theme in self._compiled)
            self._due |= {gone.id: gone for gone in unknown(engine, known)}
            self._look_for_unknown = False
        while self._due:
            theme = next(iter(self._due.values()))
            try:
                if self._write_some(engine, theme, now):
                    return True
            except QueryTooBroad as refused:
                self.troubles[theme.id] = f"theme {theme.id} cannot be swept: {refused}"
            del self._due[theme.id]
            self._begun = None
        return False

    def _write_some(self, engine: Engine, theme: CompiledTheme | Gone, now: datetime) -> int:
        if self._begun is None:
            self._begun = self._begin(engine, theme, now)
        written = sweep_some(engine, theme) if self._begun.planned != NO_DIFFERENCE else NO_DIFFERENCE
        self._begun.done += written.missing + written.stale
        if written == NO_DIFFERENCE and isinstance(theme, CompiledTheme):
            self._finish(engine, theme, now)
        return written.missing + written.stale

    def _begin(self, engine: Engine, theme: CompiledTheme | Gone, now: datetime) -> _Begun:
        planned = difference(engine, theme)
        if isinstance(theme, CompiledTheme):
            with self.database.write() as connection:
                begin_sweep(connection, theme.id, self._versions[theme.id], planned, now)
        return _Begun(planned)

    def _finish(self, engine: Engine, theme: CompiledTheme, now: datetime) -> None:
        carried = engine.count(tag(theme.id))
        with self.database.write() as connection:
            finish_sweep(connection, theme.id, self._versions[theme.id], carried, now)
        self._true[theme.id] = theme.digest
