"""What the configuration files of an installation describe, read again when they change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from config.errors import Problem
from config.last_good import LastGood, Report, Texts
from config.settings import Settings, load_settings
from config.sources import Source, read_sources
from config.themes import Examine, Fragment, Theme, read_themes
from config.watch import Watch
from crawler import kinds
from indexer.engine import check_address

Themes = tuple[tuple[Theme, ...], tuple[Fragment, ...]]


def current_settings(*, data: Path | None = None, config: Path | None = None) -> Settings:
    """Return the settings of this process; those of an engine that cannot exist count as a mistake.

    Raises:
        ConfigError: see `load_settings`.
    """

    def examine(settings: Settings) -> Sequence[Problem]:
        return check_address(settings.engine) if settings.engine else ()  # loads the engine's module

    return load_settings(data=data, config=config, examine=examine)


def watch_sources(settings: Settings, *, is_writable: bool) -> Watch[tuple[Source, ...]]:
    """Return what the files of sources describe.

    Args:
        is_writable: see `LastGood`.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    folder = settings.config
    read = partial(read_sources, folder, kinds.checks(folder), settings.shipped_sources)
    return Watch(folder, ("sources",), read, LastGood(settings.data, "sources", is_writable=is_writable))


def watch_themes(settings: Settings, examine: Examine, *, is_writable: bool) -> Watch[Themes]:
    """Return what the files of themes and fragments describe.

    Args:
        examine: see `read_themes`.
        is_writable: see `LastGood`.

    Raises:
        ConfigError: the overlay folder does not exist.
    """

    def read(last_good: Texts) -> tuple[Themes, Report]:
        themes, fragments, report = read_themes(settings.config, last_good, examine)
        return (themes, fragments), report

    stored = LastGood(settings.data, "themes", is_writable=is_writable)
    return Watch(settings.config, ("fragments", "themes"), read, stored)
