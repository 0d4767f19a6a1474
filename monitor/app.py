"""Builds the product's objects from the settings, each once and only when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import TypeVar
from zoneinfo import ZoneInfo

from config.configuration import Configuration
from config.errors import ArchiveError, EngineMisconfigured, Problem
from config.settings import Settings
from config.sources import Source
from config.themes import Fragment, Theme
from config.watch import Watch
from crawler.archive import feed_hours, feeds
from crawler.archive.archive import BODIES, DATABASE, Archive, existing_archive, make_archive
from crawler.archive.identity import archive_id
from crawler.schedule import as_polled
from indexer.engine import Engine, open_engine
from indexer.morphology import DEFAULT_LANGUAGES, Morphology, open_morphology
from indexer.query.parse import Query, QueryContext, parse_query
from indexer.themes.compile import find_mistakes
from indexer.trends.gaps import Coverage
from monitor.orphans import orphans
from monitor.watches import Themes, current_settings, watch_sources, watch_themes

LOOK_EVERY = 1.0  # seconds between two looks at the configuration files
WordTableProgress = Callable[[str, int, int], None]
WatchedT = TypeVar("WatchedT")


def _ignore_progress(_languages: str, _done: int, _total: int) -> None:
    return


class App:
    """One installation of Parley as one process sees it. May be used from several threads.

    Args:
        settings: what it is built from.
        progress: called with languages, done and total as the word tables are built.
        warning: called with each mistake in a configuration file, and with what is used instead.
    """

    def __init__(
        self,
        settings: Settings,
        progress: WordTableProgress = _ignore_progress,
        warning: Callable[[Problem], None] = lambda _: None,
    ) -> None:
        self.settings, self._progress, self._warning = settings, progress, warning
        self._building, self._opening = RLock(), RLock()
        self._looked: dict[int, float] = {}
        self._warned: set[Problem] = set()

    @classmethod
    def load(
        cls,
        progress: WordTableProgress = _ignore_progress,
        warning: Callable[[Problem], None] = lambda _: None,
        *,
        data: Path | None = None,
        config: Path | None = None,
    ) -> App:
        """Return the installation that the environment and its settings file describe.

        Args:
            data, config: the folders of that name; those of the environment without them.

        Raises:
            ConfigError: every wrong setting, unless settings.toml was without mistakes before.
        """
        app = cls(current_settings(data=data, config=config), progress, warning)
        app.warn(app.settings.report.all_problems)
        return app

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which days begin."""
        return ZoneInfo(self.settings.timezone)

    @cached_property
    def _source_watch(self) -> Watch[tuple[Source, ...]]:
        return watch_sources(self.settings, is_writable=False)

    @cached_property
    def _theme_watch(self) -> Watch[Themes]:
        return watch_themes(self.settings, self._examine, is_writable=False)

    @cached_property
    def _theme_file_watch(self) -> Watch[Themes]:
        """The themes as far as their files alone show: queries are not compiled."""
        return watch_themes(self.settings, lambda *_: {}, is_writable=False)

    def _look(self, watch: Watch[WatchedT]) -> Watch[WatchedT]:
        """Read changed files again, at most once a second."""
        with self._building:
            if monotonic() >= self._looked.get(id(watch), 0.0) + LOOK_EVERY:
                watch.reload()
                self._looked[id(watch)] = monotonic()
            return watch

    def _use(self, watch: Watch[WatchedT]) -> WatchedT:
        with self._building:
            current = self._look(watch).current
            self.warn(watch.all_problems)
            return current

    def warn(self, problems: Sequence[Problem]) -> None:
        """Report mistakes in configuration files, each once."""
        for problem in problems:
            if problem not in self._warned:
                self._warned.add(problem)
                self._warning(problem)

    def _examine(
        self, themes: Sequence[Theme], fragments: Sequence[Fragment], suspects: Collection[str]
    ) -> Mapping[str, Problem]:
        if not suspects:  # does not open the word tables
            return {}
        configuration = Configuration(sources=self.sources, themes=tuple(themes), fragments=tuple(fragments))
        return find_mistakes(self.context(configuration), suspects)

    @property
    def configuration(self) -> Configuration:
        """Sources, themes and fragments as their files stand, read again when they change, at most once a second.

        A file with a mistake counts in its last good form; without one it is left out. A warning says so, once.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        themes, fragments = self._use(self._theme_watch)
        return Configuration(sources=self.sources, themes=themes, fragments=fragments)

    @property
    def configuration_stamp(self) -> int:
        """A number that differs, in this process, whenever the files of the configuration do."""
        return hash((self._look(self._source_watch).stamp, self._look(self._theme_watch).stamp))

    def look_again(self) -> None:
        """Look at the configuration files at the next use: this process has changed one."""
        with self._building:
            self._looked.clear()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the current configuration."""
        return self._use(self._source_watch)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the current configuration."""
        return self._use(self._theme_watch)[0]

    @property
    def left_out_themes(self) -> frozenset[str]:
        """Ids of the themes, and of the fragments, that are left out for a mistake."""
        return self._look(self._theme_watch).left_out

    def standing(self, *, compiled: bool) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
        """Return the current sources, and what is wrong with their files and those of the themes now.

        Args:
            compiled: whether to compile the queries of changed themes as well, which may open the word tables.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        with self._building:
            watch = self._theme_watch if compiled else self._theme_file_watch
            sources, themes = self._look(self._source_watch), self._look(watch)
            of_settings = self.settings.report.all_problems
            return sources.current, (*of_settings, *sources.all_problems, *themes.all_problems)

    def source(self, id: str) -> Source | None:
        """Return the source of that id; None for one that was removed since."""
        return next((source for source in self.sources if source.id == id), None)

    @property
    def archive(self) -> Archive:
        """The archive; raises ArchiveError if there is none in the data folder."""
        with self._building:
            return self._archive

    @cached_property
    def _archive(self) -> Archive:
        self._refuse_orphans()
        return existing_archive(self.settings.data)

    def make_archive(self) -> None:
        """Make the archive where there is none: the first step of collecting.

        Raises:
            ArchiveError: it cannot be made, its files do not belong together, or it is missing beside an index with articles.
        """
        self._refuse_orphans()
        make_archive(self.settings.data)

    def _refuse_orphans(self) -> None:
        settings = self.settings
        if left := orphans(settings.data, settings.engine_url):
            raise ArchiveError(
                f"{settings.data}: {DATABASE} and {BODIES} are missing, but {left}; put them back, restore a backup, or run "
                "`parley repair`, which rebuilds the archive from the index"
            )

    @property
    def has_archive(self) -> bool:
        """Whether anything was ever collected into the data folder."""
        return (self.settings.data / DATABASE).exists()

    @property
    def engine(self) -> Engine:
        """The engine, opened for reading."""
        with self._opening:  # its own lock: nothing else waits for a server that does not respond
            return self._engine

    @cached_property
    def _engine(self) -> Engine:
        return self.open_engine()

    def open_engine(self, *, writable: bool = False) -> Engine:
        """Open the engine; see `indexer.engine.open_engine`.

        Raises:
            EngineError, ArchiveError, ConfigError: it cannot be used, for example because it belongs to another archive.
        """
        try:
            return open_engine(self.settings.engine_url, writable=writable, archive=archive_id(self.archive.database))
        except EngineMisconfigured:
            if self.archive.trouble:  # not the index is foreign, but the database
                raise ArchiveError(self.archive.trouble) from None
            raise

    @property
    def morphology(self) -> Morphology:
        """The forms of words; the tables are built on first use, which takes half a minute and is reported."""
        with self._building:
            return self._morphology

    @cached_property
    def _morphology(self) -> Morphology:
        return open_morphology(self.settings.cache / "words", DEFAULT_LANGUAGES, progress=self._progress)

    def in_zone(self, zone: ZoneInfo) -> App:
        """Return the same installation for a reader whose days begin in another time zone."""
        return self if zone == self.zone else InZone(self, zone)

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
            known, slowed = feed_hours.between(connection, edges[0], edges[-1]), feeds.slowed(connection)
        polled = [as_polled(feed, slowed.get(feed.id)) for source in self.sources for feed in source.feeds]
        return Coverage(edges, known, polled, datetime.now(UTC))

    def query(self, text: str) -> Query:
        """Return the query that a person typed, resolved.

        Raises:
            QueryError: it is invalid.
        """
        return parse_query(text, context=self.context())


class InZone(App):
    """An installation in another time zone; all but the zone is that of the installation itself."""

    _app: App

    def __init__(self, app: App, zone: ZoneInfo) -> None:
        vars(self).update(vars(app), _app=app, zone=zone)

    @property
    def _source_watch(self) -> Watch[tuple[Source, ...]]:
        return self._app._source_watch

    @property
    def _theme_watch(self) -> Watch[Themes]:
        return self._app._theme_watch

    @property
    def _theme_file_watch(self) -> Watch[Themes]:
        return self._app._theme_file_watch

    @property
    def _archive(self) -> Archive:
        return self._app._archive

    @property
    def _engine(self) -> Engine:
        return self._app._engine

    @property
    def _morphology(self) -> Morphology:
        return self._app._morphology
