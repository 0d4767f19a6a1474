"""Builds the product's objects from the settings, each once and only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from threading import RLock
from time import monotonic
from zoneinfo import ZoneInfo

from config.configuration import Configuration, read_configuration
from config.errors import ConfigError, Problem
from config.settings import Settings, load_settings
from config.sources import Source
from config.themes import Theme
from config.watch import Watch
from crawler import kinds
from crawler.archive import feed_hours
from crawler.archive.archive import Archive, open_archive
from indexer.engine import Engine, open_engine
from indexer.morphology import DEFAULT_LANGUAGES, Morphology, open_morphology
from indexer.query.parse import Query, QueryContext, parse_query
from indexer.themes.compile import CompiledTheme, compile_themes
from indexer.trends.gaps import Coverage

LOOK_EVERY = 1.0  # seconds between two looks at the configuration files
WordTableProgress = Callable[[str, int, int], None]


def _ignore_progress(_languages: str, _done: int, _total: int) -> None:
    return


class App:
    """One installation of Parley as one process sees it. May be used from several threads.

    Args:
        settings: what it is built from.
        progress: called with languages, done and total as the word tables are built.
    """

    def __init__(self, settings: Settings, progress: WordTableProgress = _ignore_progress) -> None:
        self.settings, self._progress = settings, progress
        self._building = RLock()
        self._looked = 0.0

    @classmethod
    def load(cls, progress: WordTableProgress = _ignore_progress) -> App:
        """Return the installation that the environment and its settings file describe.

        Raises:
            ConfigError: every wrong setting.
        """
        return cls(load_settings(), progress)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin."""
        return ZoneInfo(self.settings.timezone)

    @cached_property
    def _watch(self) -> Watch:
        settings = self.settings
        return Watch(settings.config, kinds.checks(settings.config), shipped=settings.shipped_sources)

    @property
    def configuration(self) -> Configuration:
        """Sources, themes and fragments as their files stand, read again when they change, at most once a second.

        Raises:
            ConfigError: a file has a mistake and this process never saw it without.
        """
        with self._building:
            if monotonic() >= self._looked + LOOK_EVERY:
                self._watch.reload()
                self._looked = monotonic()
            return self._watch.current

    def look_again(self) -> None:
        """Look at the configuration files at the next use: this process has changed one."""
        with self._building:
            self._looked = 0.0

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the current configuration."""
        return self.configuration.sources

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the current configuration."""
        return self.configuration.themes

    def standing(self) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
        """Return the current sources, and what is wrong with the configuration files now.

        A file with a mistake counts as it was before; where this process never saw it without one, it is left out.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        try:
            sources = self.sources
            with self._building:
                return sources, self._watch.problems
        except ConfigError:
            configuration, problems = read_configuration(
                self.settings.config, kinds.checks(self.settings.config), self.settings.shipped_sources
            )
            return configuration.sources, problems

    def source(self, id: str) -> Source | None:
        """Return the source of that id; None for one that was removed since."""
        return next((source for source in self.sources if source.id == id), None)

    @property
    def archive(self) -> Archive:
        """The archive, made when it is missing."""
        with self._building:
            return self._archive

    @cached_property
    def _archive(self) -> Archive:
        return open_archive(self.settings.data)

    @property
    def engine(self) -> Engine:
        """The engine, opened for reading."""
        with self._building:
            return self._engine

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self.settings.engine_url)

    @property
    def morphology(self) -> Morphology:
        """The forms of words; the tables are built on first use, which takes half a minute and is reported."""
        with self._building:
            return self._morphology

    @cached_property
    def _morphology(self) -> Morphology:
        return open_morphology(self.settings.cache / "words", DEFAULT_LANGUAGES, progress=self._progress)

    def context(self, configuration: Configuration | None = None) -> QueryContext:
        """Return what names and words in a query stand for, under this configuration or the current one."""
        configuration = configuration or self.configuration
        return QueryContext(
            morphology=self.morphology,
            languages=DEFAULT_LANGUAGES,
            sources=configuration.sources,
            themes=configuration.themes,
            fragments=configuration.fragments,
            now=datetime.now(UTC),
            zone=self.zone,
        )

    def coverage(self, edges: Sequence[datetime]) -> Coverage:
        """Return which feeds delivered in the buckets between these edges."""
        with self.archive.database.read() as connection:
            known = feed_hours.between(connection, edges[0], edges[-1])
        feeds = [feed for source in self.sources for feed in source.feeds]
        return Coverage(edges, known, feeds, datetime.now(UTC))

    def query(self, text: str) -> Query:
        """Return the query that a person typed, resolved.

        Raises:
            QueryError: it is invalid.
        """
        return parse_query(text, context=self.context())


class LiveThemes:
    """The compiled themes of an installation, kept good while people edit their files."""

    def __init__(self, app: App) -> None:
        """Compile the themes.

        Raises:
            ConfigError: every mistake in the configuration and every theme that cannot be compiled.
        """
        self._app = app
        self._examined: tuple[CompiledTheme, ...] = ()
        folder, shipped = app.settings.config, app.settings.shipped_sources
        self.watch = Watch(folder, kinds.checks(folder), self._examine, shipped=shipped)
        self.compiled: tuple[CompiledTheme, ...] = self._examined

    def reload(self) -> bool:
        """Look for changed files and return whether `compiled` is another; on a mistake it stays as it was."""
        if not self.watch.reload():
            return False
        changed = self.compiled != self._examined
        self.compiled = self._examined
        return changed

    @property
    def sources(self) -> Sequence[Source]:
        """The sources of the last configuration without mistakes."""
        return self.watch.current.sources

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files as they are now."""
        return self.watch.problems

    def _examine(self, configuration: Configuration) -> Sequence[Problem]:
        try:
            self._examined = compile_themes(configuration.themes, self._app.context(configuration))
        except ConfigError as wrong:
            return wrong.problems
        return ()
