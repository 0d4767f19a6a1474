"""Sources and themes of processes that collect and index: they follow their files and store the last good form for others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from config.configuration import Configuration
from config.errors import Problem, QueryError
from config.settings import keep_settings
from config.sources import Source
from config.themes import Fragment, Theme
from indexer.themes.compile import CompiledTheme, compile_theme, find_mistakes
from monitor.app import App
from monitor.watches import watch_sources, watch_themes


class LiveSources:
    """The sources of a process that collects. It stores the last good form of their files for others."""

    def __init__(self, app: App) -> None:
        """Read the sources.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        self._app = app
        keep_settings(app.settings)
        self._watch = watch_sources(app.settings, is_writable=True)
        app.warn(self.problems)

    @property
    def current(self) -> tuple[Source, ...]:
        """The sources as last read."""
        return self._watch.current

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files as they are now, and what is used instead."""
        return (*self._app.settings.report.all_problems, *self._watch.all_problems)

    def changes(self) -> tuple[Source, ...] | None:
        """Look for changed files and return the sources if they are others now."""
        changed = self._watch.reload()
        self._app.warn(self.problems)
        return self.current if changed else None


class LiveThemes:
    """The compiled themes of an installation, kept good while people edit their files, and stored for others.

    Attributes:
        compiled: the themes that can be run.
    """

    def __init__(self, app: App) -> None:
        """Compile the themes.

        Raises:
            ConfigError: the overlay folder does not exist.
        """
        self._app = app
        keep_settings(app.settings)
        self._examined: dict[str, CompiledTheme] = {}
        self._sources = watch_sources(app.settings, is_writable=False)
        self._themes = watch_themes(app.settings, self._examine, is_writable=True)
        self.compiled: tuple[CompiledTheme, ...] = self._compiled()
        app.warn(self.problems)

    def reload(self) -> bool:
        """Look for changed files and return whether `compiled` is another."""
        if self._sources.reload():
            self._themes.read_again()  # a query may name a source
        elif not self._themes.reload():
            return False
        before, self.compiled = self.compiled, self._compiled()
        self._app.warn(self.problems)
        return before != self.compiled

    @property
    def sources(self) -> Sequence[Source]:
        """The sources of the current configuration."""
        return self._sources.current

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files as they are now, and what is used instead."""
        of_settings = self._app.settings.report.all_problems
        return (*of_settings, *self._sources.all_problems, *self._themes.all_problems)

    @property
    def left_out(self) -> frozenset[str]:
        """The themes whose files have mistakes and no good form; their tags stay as they are."""
        return self._themes.left_out

    def _compiled(self) -> tuple[CompiledTheme, ...]:
        return tuple(self._examined[theme.id] for theme in self._themes.current[0])

    def _examine(
        self, themes: Sequence[Theme], fragments: Sequence[Fragment], suspects: Collection[str]
    ) -> Mapping[str, Problem]:
        """Compile every theme, even one that was good before: another version of Parley may have compiled it."""
        configuration = Configuration(sources=self._sources.current, themes=tuple(themes), fragments=tuple(fragments))
        context = self._app.context(configuration)
        mistakes = dict(find_mistakes(context, {key for key in suspects if key.startswith("fragments/")}))
        self._examined = {}
        for theme in themes:
            try:
                self._examined[theme.id] = compile_theme(theme, context)
            except QueryError as error:
                mistakes[f"themes/{theme.id}"] = Problem(f"theme {theme.id}", str(error))
        return mistakes
