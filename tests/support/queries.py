"""A context for queries: a few sources, themes and fragments, a fixed now and a time zone with daylight saving."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from config.sources import Source, SourceClass
from config.themes import Fragment, Theme
from indexer.query.context import QueryContext
from tests.support.words import morphology

NOW = datetime(2026, 3, 31, 10, 15, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def source(id: str, name: str, country: str, source_class: SourceClass) -> Source:
    """Return a source without feeds."""
    return Source(id=id, name=name, country=country, language="en", source_class=source_class, feeds=())


def theme(id: str, *, context: dict[str, str] | None = None, **query: str) -> Theme:
    """Return a theme with a query per language."""
    return Theme(
        id=id, title=id, description="", colour="#000000", query=query, context=context or {}, matches=(), misses=()
    )


SOURCES = (
    source("bbc", "BBC World", "GB", "public"),
    source("bbc-russian", "BBC Russian", "GB", "public"),
    source("tass", "TASS", "RU", "state"),
    source("isw", "Institute for the Study of War", "US", "think tank"),
)
THEMES = (
    theme("truce", en="truce OR ceasefire", ru="перемирие", context={"en": "@conflict", "uk": "@conflict"}),
    theme("arms", en="weapon OR missile"),
)
FRAGMENTS = (Fragment(id="conflict", query={"en": "Ukraine OR Russia", "uk": "Україна OR Росія"}),)


def query_context(**changes: Any) -> QueryContext:
    """Return a context in which only what matters to the test differs."""
    words = morphology()
    context = QueryContext(
        morphology=words,
        languages=words.languages,
        sources=SOURCES,
        themes=THEMES,
        fragments=FRAGMENTS,
        now=NOW,
        zone=BERLIN,
    )
    return replace(context, **changes)
