"""Themes and fragments as configured: one TOML file per theme in themes/, one per fragment in fragments/.

Queries are plain text here; the indexer checks their syntax. docs/themes.md describes the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator

from config.errors import ConfigError, Problem
from config.files import Section
from config.forms import Choices, earlier_form, read_choices
from config.last_good import NO_TEXTS, Report, Texts
from config.nearest import suggestion
from config.selection import Contents, Selection
from config.shape import Language, Shape, Text, check_language, check_page_name, shaped

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


# Takes themes, fragments and the keys ("themes/truce") of those that may contain mistakes; returns the mistake of each with one.
Examine = Callable[[Sequence[Theme], Sequence[Fragment], Collection[str]], Mapping[str, Problem]]


def load_themes(folder: Path | None) -> tuple[Theme, ...]:
    """Return the shipped themes and those of the overlay folder, sorted by id.

    Raises:
        ConfigError: every mistake in every file, including the fragments.
    """
    themes, _, report = read_themes(folder)
    if report.problems:
        raise ConfigError(report.problems)
    return themes


def load_fragments(folder: Path | None) -> tuple[Fragment, ...]:
    """Return the shipped fragments and those of the overlay folder, sorted by id.

    Raises:
        ConfigError: every mistake in every file.
    """
    choices, problems = read_choices("fragments", folder, _FragmentFile)
    problems = (*problems, *(problem for file in choices for problem in file.problems))
    if problems:
        raise ConfigError(problems)
    forms = ((file.file.name, file.forms[0].content) for file in choices)
    return tuple(Fragment(id=name, query=shape.query) for name, shape in forms if shape)


def read_themes(
    folder: Path | None, last_good: Texts = NO_TEXTS, examine: Examine = lambda *_: {}
) -> tuple[tuple[Theme, ...], tuple[Fragment, ...], Report]:
    """Return the themes and fragments, sorted by id, and how their files were read.

    A file with a mistake is used in its last good form. So is what a theme needs and no longer has. A context `@id` applies to
    every language of that fragment.

    Args:
        examine: finds the mistakes that this package cannot find, such as those in the syntax of queries.

    Raises:
        ConfigError: the overlay folder does not exist.
    """
    models: dict[Section, type[_FragmentFile] | type[_ThemeFile]] = {"fragments": _FragmentFile, "themes": _ThemeFile}
    choices: dict[str, Choices[Any]] = {}
    unreadable: list[Problem] = []
    for section, model in models.items():
        files, problems = read_choices(section, folder, model, last_good)
        choices |= {file.key: file for file in files}
        unreadable += problems

    def earlier(key: str) -> Choices[Any] | None:
        section: Section = "fragments" if key.startswith("fragments/") else "themes"
        return earlier_form(section, key, folder, models[section], last_good)

    def find_mistakes(contents: Contents, suspects: Collection[str]) -> Mapping[str, Problem]:
        themes, fragments, wrong = _built(contents, lambda key: _label(choices.get(key), key))
        return wrong or examine(themes, fragments, suspects)

    contents, report = Selection(choices, last_good, earlier, find_mistakes).run()
    themes, fragments, _ = _built(contents, str)
    return themes, fragments, replace(report, problems=(*unreadable, *report.problems))


def theme_from(content: Mapping[str, Any], id: str, label: str, fragments: Sequence[Fragment]) -> Theme:
    """Return the theme that a file with this content would describe.

    Args:
        label: the name of the file in messages.
        fragments: those that the theme may use.

    Raises:
        ConfigError: every mistake in it.
    """
    languages = {fragment.id: tuple(fragment.query) for fragment in fragments}
    problems: list[Problem] = []
    try:
        check_page_name(id)
    except ValueError as wrong:
        problems.append(Problem(label, f"the theme's id: {wrong}"))
    shape = shaped(_ThemeFile, content, label, {})
    problems += shape if isinstance(shape, list) else _unknown_fragment(shape.context, languages, label)
    if problems or isinstance(shape, list):
        raise ConfigError(problems)
    return _theme(id, shape, languages)


def _label(choices: Choices[Any] | None, key: str) -> str:
    return choices.file.label if choices else key


def _built(
    contents: Contents, label: Callable[[str], str]
) -> tuple[tuple[Theme, ...], tuple[Fragment, ...], dict[str, Problem]]:
    """Return the themes and fragments with these contents, and the themes whose context is an unknown fragment."""
    names = {key: key.partition("/")[2] for key in sorted(contents)}
    fragments = [
        Fragment(id=name, query=contents[key].query) for key, name in names.items() if key.startswith("fragments/")
    ]
    languages = {fragment.id: tuple(fragment.query) for fragment in fragments}
    themes: list[Theme] = []
    wrong: dict[str, Problem] = {}
    for key, name in names.items():
        if key.startswith("themes/"):
            problems = _unknown_fragment(contents[key].context, languages, label(key))
            wrong |= {key: problems[0]} if problems else {}
            themes += () if problems else (_theme(name, contents[key], languages),)
    return tuple(themes), tuple(fragments), wrong


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
