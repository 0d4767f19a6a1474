"""All of the configuration that may change while Parley runs, loaded and checked as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError, Problem
from config.sources import FeedCheck, Source, read_sources
from config.themes import Fragment, Theme, read_themes


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Sources, themes and fragments as the files said at one moment; each by id."""

    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]


def load_configuration(folder: Path | None, kinds: Mapping[str, FeedCheck]) -> Configuration:
    """Return what the shipped files and those of the overlay folder say.

    Raises:
        ConfigError: every mistake in every file of every section.
    """
    configuration, problems = read_configuration(folder, kinds)
    if problems:
        raise ConfigError(problems)
    return configuration


def read_configuration(
    folder: Path | None, kinds: Mapping[str, FeedCheck]
) -> tuple[Configuration, tuple[Problem, ...]]:
    """Return what the files say that can be read, and every mistake in every file of every section.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    sources, problems = read_sources(folder, kinds)
    themes, fragments, more = read_themes(folder)
    return Configuration(sources=sources, themes=themes, fragments=fragments), (*problems, *more)
