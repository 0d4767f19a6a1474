"""Themes and fragments, as configured: one TOML file per theme in themes/, one per fragment in fragments/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must, or must not, belong to a theme."""

    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A saved query with a title and examples.

    Attributes:
        query: language → query; the theme is the OR of these, each expanded with its language alone.
        context: language → query; every match must also match one of these; empty means no context is asked.
    """

    id: str
    title: str
    description: str
    colour: str  # #rrggbb
    query: Mapping[str, str]
    context: Mapping[str, str]
    matches: tuple[Example, ...]
    misses: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """A named part of a query, language → query, that themes share by writing @id."""

    id: str
    query: Mapping[str, str]
