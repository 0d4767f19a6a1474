"""Themes and fragments as configured: one TOML file per theme in themes/, one per fragment in fragments/.

Queries are plain text here; the indexer checks their syntax. docs/themes.md describes the files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from config.errors import ConfigError, Problem
from config.nearest import suggestion
from config.shape import Language, Shape, Text, check_language, check_name, read_section, shaped

_EVERY_LANGUAGE = "*"


@dataclass(frozen=True, slots=True)
class Example:
    """A text that must, or must not, match a theme."""

    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A saved query with a title and examples.

    Attributes:
        query: language → query; the theme is the OR of these, each expanded with its language alone.
        context: language → query; every match must also match one of these; empty if no context is required.
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
    """A named part of a query, language → query, that themes use by writing @id."""

    id: str
    query: Mapping[str, str]


def load_themes(folder: Path | None) -> tuple[Theme, ...]:
    """Return the shipped themes and those of the overlay folder, sorted by id.

    Raises:
        ConfigError: every mistake in every file, including the fragments.
    """
    themes, _, problems = read_themes(folder)
    if problems:
        raise ConfigError(problems)
    return themes


def load_fragments(folder: Path | None) -> tuple[Fragment, ...]:
    """Return the shipped fragments and those of the overlay folder, sorted by id.

    Raises:
        ConfigError: every mistake in every file.
    """
    fragments, problems = _read_fragments(folder)
    if problems:
        raise ConfigError(problems)
    return fragments


def read_themes(folder: Path | None) -> tuple[tuple[Theme, ...], tuple[Fragment, ...], list[Problem]]:
    """Return the themes and fragments with valid files, sorted by id, and every mistake in every file.

    A context `@id` applies to every language of that fragment.
    """
    fragments, problems = _read_fragments(folder)
    languages = {fragment.id: tuple(fragment.query) for fragment in fragments}
    blame = not problems  # a fragment with a mistake is not also reported as unknown
    shapes, more = read_section("themes", folder, _ThemeFile)
    problems += more
    themes: list[Theme] = []
    for file, shape in shapes:
        unknown = _unknown_fragment(shape.context, languages, file.label)
        problems += unknown if blame else ()
        themes += () if unknown else (_theme(file.name, shape, languages),)
    return tuple(themes), fragments, problems


def _read_fragments(folder: Path | None) -> tuple[tuple[Fragment, ...], list[Problem]]:
    shapes, problems = read_section("fragments", folder, _FragmentFile)
    return tuple(Fragment(id=file.name, query=shape.query) for file, shape in shapes), problems


def theme_from(content: Mapping[str, Any], id: str, label: str, folder: Path | None) -> Theme:
    """Return the theme that a file with this content would describe.

    Args:
        label: the name of the file in messages.
        folder: the overlay folder, whose fragments the theme may use.

    Raises:
        ConfigError: every mistake in it, or in the fragments.
    """
    fragments, problems = read_section("fragments", folder, _FragmentFile)
    languages = {file.name: tuple(shape.query) for file, shape in fragments}
    try:
        check_name(id)
    except ValueError as wrong:
        problems.append(Problem(label, f"the theme's id: {wrong}"))
    shape = shaped(_ThemeFile, content, label, {})
    problems += shape if isinstance(shape, list) else _unknown_fragment(shape.context, languages, label)
    if problems or isinstance(shape, list):
        raise ConfigError(problems)
    return _theme(id, shape, languages)


def _check_colour(value: str) -> str:
    if re.fullmatch("#[0-9a-fA-F]{6}", value):
        return value.lower()
    raise ValueError(f'"{value}" is not a colour such as "#1f77b4"')


class _FragmentFile(Shape):
    """The keys of fragments/<id>.toml."""

    description: str = ""
    query: dict[Language, Text] = Field(min_length=1)


class _ThemeFile(Shape):
    """The keys of themes/<id>.toml."""

    title: Text
    description: Text
    colour: Annotated[str, AfterValidator(_check_colour)]
    query: dict[Language, Text] = Field(min_length=1)
    context: dict[str, Text] = Field(default_factory=dict)
    matches: dict[Language, list[Text]] = Field(default_factory=dict)
    misses: dict[Language, list[Text]] = Field(default_factory=dict)

    @field_validator("context", mode="before")
    @classmethod
    def _spell_out(cls, value: object) -> object:
        return {_EVERY_LANGUAGE: value} if isinstance(value, str) else value

    @field_validator("context")
    @classmethod
    def _check_context(cls, value: dict[str, str]) -> dict[str, str]:
        shared = value.get(_EVERY_LANGUAGE)
        if shared is None:
            return {check_language(language): query for language, query in value.items()}
        if not re.fullmatch("@[a-z0-9-]+", shared) or len(value) > 1:
            raise ValueError(f'"{shared}" is not a fragment; write context = "@conflict", or a query per language')
        return value


def _unknown_fragment(context: Mapping[str, str], known: Mapping[str, tuple[str, ...]], label: str) -> list[Problem]:
    name = context.get(_EVERY_LANGUAGE, "@").removeprefix("@")
    if not name or name in known:
        return []
    return [Problem(label, f'context: unknown fragment "@{name}"{suggestion(name, known)} ({", ".join(known)})')]


def _theme(name: str, shape: _ThemeFile, languages: Mapping[str, tuple[str, ...]]) -> Theme:
    context = shape.context
    if _EVERY_LANGUAGE in context:
        fragment = context[_EVERY_LANGUAGE]
        context = dict.fromkeys(languages[fragment.removeprefix("@")], fragment)
    return Theme(
        id=name,
        title=shape.title,
        description=shape.description,
        colour=shape.colour,
        query=shape.query,
        context=context,
        matches=_examples(shape.matches),
        misses=_examples(shape.misses),
    )


def _examples(texts: Mapping[str, list[str]]) -> tuple[Example, ...]:
    return tuple(Example(language, text) for language, several in texts.items() for text in several)
