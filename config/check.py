"""Checks the configuration without network or engine."""

from __future__ import annotations

from collections.abc import Mapping

from config.configuration import load_configuration
from config.errors import ConfigError, Problem
from config.files import misnamed
from config.settings import Settings
from config.sources import FeedCheck


def check(settings: Settings, kinds: Mapping[str, FeedCheck]) -> list[Problem]:
    """Return every problem in sources, themes and fragments.

    The syntax of queries is not checked here; the indexer does that.
    """
    problems = misnamed(settings.config)
    try:
        load_configuration(settings.config, kinds, settings.shipped_sources)
    except ConfigError as wrong:
        problems += wrong.problems
    return problems
