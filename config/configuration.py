"""Loads the part of the configuration that can change while Parley runs: sources, themes and fragments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError, Problem
from config.sources import FeedCheck, Source, read_sources
from config.themes import Fragment, Theme, read_themes


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Sources, themes and fragments as read at one moment, each sorted by id."""

    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]


def load_configuration(
    folder: Path | None, kinds: Mapping[str, FeedCheck], shipped: Collection[str] | None = None
) -> Configuration:
    """Return the configuration from the shipped files and the overlay folder.

    Args:
        kinds: see `read_sources`.
        shipped: ids of the shipped sources to use; None for all of them.

    Raises:
        ConfigError: every mistake in every file of every section.
    """
    configuration, problems = read_configuration(folder, kinds, shipped)
    if problems:
        raise ConfigError(problems)
    return configuration


def read_configuration(
    folder: Path | None, kinds: Mapping[str, FeedCheck], shipped: Collection[str] | None = None
) -> tuple[Configuration, tuple[Problem, ...]]:
    """Return the configuration from all valid files, and every mistake in the others.

    Args:
        kinds: see `read_sources`.
        shipped: ids of the shipped sources to use; None for all of them.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    sources, problems = read_sources(folder, kinds, shipped)
    themes, fragments, more = read_themes(folder)
    return Configuration(sources=sources, themes=themes, fragments=fragments), (*problems, *more)
