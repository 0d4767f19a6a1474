"""A theme that somebody wants to have: given as the text of a file, as changed queries, or by its own history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from config.errors import ConfigError, QueryError, Refused, WrongArgument
from config.files import ConfigFile, find, read, text_of
from config.theme_file import theme_toml
from config.themes import Example, Theme, theme_from
from indexer.themes.compile import CompiledTheme, compile_theme, compile_themes, themes_that_mention
from indexer.themes.examples import find_failures
from indexer.themes.versions import ThemeVersion, definition_of
from monitor.app import App
from monitor.services.file_texts import content_of

_NEW_COLOUR = "#7f7f7f"
_LONGEST_ID = 100  # characters; a file is named after it


@dataclass(frozen=True, slots=True)
class Candidate:
    """A changed theme, and the text of its file."""

    theme: Theme
    text: str


def from_text(app: App, id: str, text: str, *, label: str) -> Candidate:
    """Return the theme that a file of this text describes.

    Args:
        label: how messages name the text.

    Raises:
        WrongArgument: every mistake in it.
    """
    content = content_of(text, label, removal=f"this file removes a theme; run `parley themes remove {id}`")
    return Candidate(_checked(app, content, id, label, field="text"), text)


def from_queries(
    app: App,
    id: str,
    query: Mapping[str, str],
    context: str | Mapping[str, str] | None = None,
    *,
    title: str | None = None,
    description: str | None = None,
) -> Candidate:
    """Return a theme with other queries: the one of that id, or a new one.

    Args:
        query: language → query; the others stay; an empty query removes the language's.
        context: `@fragment`, or language → query; None leaves it as it is.
        title, description: None leaves them as they are; those of a new theme are its id.

    Raises:
        WrongArgument: every mistake in them.
    """
    known = _known(app, id)
    changed = {**(known.query if known else {}), **query}
    if context is None:
        context = known.context if known else {}
    words = {"title": title, "description": description}
    given = {name: text for name, text in words.items() if text is not None}
    return _changed(app, id, {language: text for language, text in changed.items() if text}, context, given)


def from_version(app: App, version: ThemeVersion) -> Candidate:
    """Return the theme with the queries it had in an earlier version; everything else is as it is now.

    Raises:
        WrongArgument: its context names a fragment that is no longer there.
        Refused: its queries are damaged.
    """
    definition = definition_of(version)
    if definition is None:
        raise Refused(
            f"the queries of version {version.version} of {version.theme} are damaged; choose another version"
        )
    return _changed(app, version.theme, definition.query, definition.context)


def compile_candidate(app: App, candidate: Candidate) -> CompiledTheme:
    """Return the theme compiled, after those that may contain it were compiled with it in its place.

    Raises:
        QueryError: its own query cannot be run.
        Refused: another theme, which contains it, could not be compiled any more.
    """
    id = candidate.theme.id
    current = app.configuration
    others = [theme for theme in current.themes if theme.id != id]
    themes = tuple(sorted((*others, candidate.theme), key=lambda theme: theme.id))
    context = app.context(replace(current, themes=themes))
    try:
        compiled = compile_theme(candidate.theme, context)
    except QueryError as wrong:
        raise QueryError(f"theme {id}: {wrong.message}", wrong.position) from None
    try:
        compile_themes(themes_that_mention(id, context), context)
    except ConfigError as wrong:
        raise Refused(f"with this change other themes could not be run:\n{wrong}", field="theme") from None
    return compiled


def _changed(
    app: App,
    id: str,
    query: Mapping[str, str],
    context: str | Mapping[str, str],
    words: Mapping[str, str] = MappingProxyType({}),
) -> Candidate:
    known = _known(app, id)
    content = {
        "title": known.title if known else id,
        "description": known.description if known else id,
        "colour": known.colour if known else _NEW_COLOUR,
        "query": query,
        "context": context,
        "matches": _texts(known.matches if known else ()),
        "misses": _texts(known.misses if known else ()),
        **words,
    }
    theme = _checked(app, content, id, f"theme {id}", field="query")
    if known not in app.themes:
        theme = _without_failing_examples(app, theme)
    return Candidate(theme, theme_toml(theme, app.configuration.fragments, existing=_existing(app, id)))


def _without_failing_examples(app: App, theme: Theme) -> Theme:
    """Return a theme that was removed with those examples of the shipped one, written for other queries, that hold."""
    try:
        failing = {failure.example for failure in find_failures(theme, compile_theme(theme, app.context()))}
    except QueryError:  # which `compile_candidate` reports
        return theme
    matches, misses = (tuple(one for one in some if one not in failing) for some in (theme.matches, theme.misses))
    return replace(theme, matches=matches, misses=misses)


def _checked(app: App, content: Mapping[str, object], id: str, label: str, *, field: str) -> Theme:
    """Return the theme of that content.

    Raises:
        WrongArgument: every mistake in it.
    """
    if len(id) > _LONGEST_ID:
        raise WrongArgument(
            f"the id of a theme has {_LONGEST_ID} characters at most, this one {len(id):,}", field="theme"
        )
    try:
        return theme_from(content, id, label, app.configuration.fragments)
    except ConfigError as wrong:
        in_context = all(str(problem).startswith(f"{label}: context: ") for problem in wrong.problems)
        raise WrongArgument(str(wrong), field="context" if in_context and field == "query" else field) from None


def _known(app: App, id: str) -> Theme | None:
    """Return the theme of that id or, where that was removed, the shipped one."""
    current = next((theme for theme in app.themes if theme.id == id), None)
    shipped = _shipped(id)
    if current or not shipped:
        return current
    content = read(shipped)
    return theme_from(content, id, shipped.label, app.configuration.fragments) if content else None


def _existing(app: App, id: str) -> str:
    """Return the text of the current file of the theme, or of the shipped one; empty if there is none."""
    file = next((file for file in find("themes", app.settings.config) if file.name == id), None)
    if file is None or read(file) is None:
        file = _shipped(id)
    return text_of(file) if file else ""


def _shipped(id: str) -> ConfigFile | None:
    return next((file for file in find("themes", None) if file.name == id), None)


def _texts(examples: Sequence[Example]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for example in examples:
        texts.setdefault(example.language, []).append(example.text)
    return texts
