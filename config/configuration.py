"""The part of the configuration that can change while Parley runs: sources, themes and fragments."""

from __future__ import annotations

from dataclasses import dataclass

from config.sources import Source
from config.themes import Fragment, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Sources, themes and fragments as read at one moment, each sorted by id."""

    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]
