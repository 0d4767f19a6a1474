"""Checks the configuration without network or engine."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import ConfigError, Problem
from config.settings import Settings
from config.sources import FeedCheck, read_sources
from config.themes import read_themes


def check(settings: Settings, kinds: Mapping[str, FeedCheck]) -> list[Problem]:
    """Return every problem in sources, themes and fragments as their files are now.

    The syntax of queries is not checked here; the indexer does that.
    """
    try:
        _, sources = read_sources(settings.config, kinds, settings.shipped_sources)
        _, _, themes = read_themes(settings.config)
    except ConfigError as wrong:
        return list(wrong.problems)
    return [*sources.problems, *themes.problems]
