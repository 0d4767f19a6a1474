"""All of the configuration that may change while Parley runs, loaded and checked as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from config.errors import ConfigError, Problem
from config.sources import FeedCheck, Source, load_sources
from config.themes import Fragment, Theme, load_fragments, load_themes

ValueT = TypeVar("ValueT")


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
    problems: list[Problem] = []
    sources = _collect(lambda: load_sources(folder, kinds), problems)
    fragments = _collect(lambda: load_fragments(folder), problems)
    themes = _collect(lambda: load_themes(folder), problems)
    if problems:
        raise ConfigError(
            list(dict.fromkeys(problems))
        )  # a fragment's mistake is found twice: load_themes reads them too
    return Configuration(sources=sources, themes=themes, fragments=fragments)


def _collect(load: Callable[[], tuple[ValueT, ...]], problems: list[Problem]) -> tuple[ValueT, ...]:
    try:
        return load()
    except ConfigError as wrong:
        problems += wrong.problems
        return ()
