"""A theme that somebody wants to have: from a file, from queries on the command line, or from its own history."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.errors import ConfigError, Problem
from config.files import ConfigFile, read
from config.theme_file import theme_toml
from config.themes import Example, Theme, theme_from
from indexer.themes.compile import CompiledTheme, compile_themes
from indexer.themes.versions import ThemeVersion
from monitor.app import App

_NEW_COLOUR = "#7f7f7f"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A theme as it would be, and the text of the file that says so."""

    theme: Theme
    text: str


def from_file(app: App, path: Path) -> Candidate:
    """Return the theme a file describes; the file's name is its id.

    Raises:
        ConfigError: every mistake in it.
    """
    content = read(ConfigFile(path.stem, path, str(path)))
    if content is None:
        raise ConfigError([Problem(str(path), "it takes a theme away; put it into the overlay folder by hand")])
    theme = theme_from(content, path.stem, str(path), app.settings.config)
    return Candidate(theme, path.read_text("utf-8-sig"))


def from_queries(app: App, id: str, queries: Sequence[str], contexts: Sequence[str]) -> Candidate:
    """Return a theme with other queries: the one of that id, or a new one.

    Args:
        queries: LANGUAGE=QUERY each; an empty query takes the language's away.
        contexts: one @fragment, or LANGUAGE=QUERY each; none leaves the context as it is.

    Raises:
        ConfigError: every mistake in them.
    """
    known = _current(app, id)
    query = {**(known.query if known else {}), **_by_language(queries, "--query")}
    context: str | Mapping[str, str] = known.context if known else {}
    if contexts:
        whole = len(contexts) == 1 and contexts[0].startswith("@")
        context = contexts[0] if whole else _by_language(contexts, "--context")
    return _changed(app, id, {language: text for language, text in query.items() if text}, context)


def from_version(app: App, version: ThemeVersion) -> Candidate:
    """Return the theme with the queries it had in an earlier version; all else is as it is now.

    Raises:
        ConfigError: its context names a fragment that is no longer there.
    """
    definition = json.loads(version.definition)
    return _changed(app, version.theme, definition["query"], definition["context"])


def _changed(app: App, id: str, query: Mapping[str, str], context: str | Mapping[str, str]) -> Candidate:
    known = _current(app, id)
    content = {
        "title": known.title if known else id,
        "description": known.description if known else id,
        "colour": known.colour if known else _NEW_COLOUR,
        "query": query,
        "context": context,
        "matches": _texts(known.matches if known else ()),
        "misses": _texts(known.misses if known else ()),
    }
    theme = theme_from(content, id, f"theme {id}", app.settings.config)
    return Candidate(theme, theme_toml(theme, app.configuration.fragments))


def _current(app: App, id: str) -> Theme | None:
    return next((theme for theme in app.themes if theme.id == id), None)


def _texts(examples: Sequence[Example]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for example in examples:
        texts.setdefault(example.language, []).append(example.text)
    return texts


def _by_language(written: Sequence[str], option: str) -> dict[str, str]:
    queries: dict[str, str] = {}
    for text in written:
        language, equals, query = text.partition("=")
        if not equals:
            raise ConfigError([Problem(option, f'"{text}" has no language; write for instance {option} en=truce')])
        if language.strip() in queries:
            raise ConfigError([Problem(option, f'"{language.strip()}" is given twice; join both with OR')])
        queries[language.strip()] = query.strip()
    return queries


def compile_candidate(app: App, candidate: Candidate) -> CompiledTheme:
    """Return the theme compiled, after all themes were compiled with it in its place: others may contain it.

    Raises:
        ConfigError: every theme that could not be compiled any more.
    """
    id = candidate.theme.id
    current = app.configuration
    others = tuple(theme for theme in current.themes if theme.id != id)
    themes = tuple(sorted((*others, candidate.theme), key=lambda theme: theme.id))
    compiled = compile_themes(themes, app.context(replace(current, themes=themes)))
    return next(theme for theme in compiled if theme.id == id)
