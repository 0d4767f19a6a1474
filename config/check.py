"""Everything that can be said of the configuration without asking the network or an engine."""

from __future__ import annotations

from collections.abc import Mapping

from config.configuration import load_configuration
from config.errors import ConfigError, Problem
from config.files import misnamed
from config.settings import Settings
from config.sources import FeedCheck


def check(settings: Settings, kinds: Mapping[str, FeedCheck]) -> list[Problem]:
    """Return every problem in sources, themes and fragments; none when all is well.

    The syntax of queries is the indexer's and is not looked at here.
    """
    problems = misnamed(settings.config)
    try:
        load_configuration(settings.config, kinds)
    except ConfigError as wrong:
        problems += wrong.problems
    return problems
