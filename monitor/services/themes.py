"""Themes as they stand and as they were: the list, one of them, its history, and what they make of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from config.errors import EngineError, NotFound, WrongArgument
from config.themes import Example, Theme
from indexer.query.tree import Everything, leaves
from indexer.themes.compile import compile_theme, compile_themes
from indexer.themes.examples import find_failures, match_themes
from indexer.themes.versions import ThemeVersion, definition_of, history, latest_versions
from monitor.app import App
from monitor.documents.requests import RequestDocument
from monitor.documents.themes import (
    ExampleDocument,
    FailureOfExampleDocument,
    MatchDocument,
    MatchesDocument,
    ThemeDetailDocument,
    ThemeDocument,
    ThemeHistoryDocument,
    ThemesDocument,
    ThemeTestDocument,
    ThemeTestsDocument,
    ThemeVersionDocument,
)
from monitor.services.queries import diagnostics
from monitor.services.questions import theme_of
from monitor.services.requests import ask


def list_themes(app: App) -> ThemesDocument:
    """Return all themes with their numbers of articles."""
    carried = _carried(app)
    versions = _versions(app)
    return ThemesDocument(themes=tuple(_theme(theme, versions.get(theme.id), carried) for theme in app.themes))


def _versions(app: App) -> Mapping[str, ThemeVersion]:
    if not app.has_archive:
        return {}
    with app.archive.database.read() as connection:
        return latest_versions(connection)


def show(app: App, theme: str) -> ThemeDetailDocument:
    """Return all that is known of a theme.

    Raises:
        NotFound: there is no such theme.
        QueryError: its query cannot be run.
    """
    known = theme_of(app, theme)
    compiled = compile_theme(known, app.context())
    [short] = [one for one in list_themes(app).themes if one.id == known.id]
    return ThemeDetailDocument(
        **dict(short),
        colour=known.colour,
        query=dict(known.query),
        context=dict(known.context),
        matches=_examples(known.matches),
        misses=_examples(known.misses),
        clauses=sum(1 for _ in leaves(compiled.node)),
        diagnostics=diagnostics(compiled.diagnostics),
    )


def show_history(app: App, theme: str) -> ThemeHistoryDocument:
    """Return every version of a theme, which may be removed by now.

    Raises:
        NotFound: no indexer has ever seen a theme of that id.
    """
    return ThemeHistoryDocument(theme=theme, history=tuple(map(_version, versions_of_theme(app, theme))))


def versions_of_theme(app: App, id: str) -> list[ThemeVersion]:
    """Return every recorded version of a theme, the oldest first.

    Raises:
        NotFound: no indexer has ever seen a theme of that id.
    """
    with app.archive.database.read() as connection:
        versions = history(connection, id)
    if not versions:
        theme_of(app, id)
        message = f'no version of "{id}" is recorded yet; the indexer does so when it first sees a theme'
        raise NotFound(message, field="theme")
    return versions


def match(app: App, text: str) -> MatchesDocument:
    """Return the themes that a text matches, with the matching words.

    Raises:
        WrongArgument: the text is longer than `max_bytes` allows.
    """
    most = app.settings.max_bytes
    if len(text.encode(errors="replace")) > most:
        raise WrongArgument(
            f"the text is longer than {most:,} bytes, as `max_bytes` allows; give a part of it", field="text"
        )
    matches = match_themes(text, compile_themes(app.themes, app.context()))
    return MatchesDocument(themes=tuple(MatchDocument(theme=one.id, words=one.words) for one in matches))


def test(app: App, themes: Sequence[str] = ()) -> ThemeTestsDocument:
    """Return the failing examples of these themes, or of all.

    Raises:
        NotFound: there is no such theme.
        ConfigError: a theme cannot be compiled.
    """
    chosen = [theme_of(app, id, field="themes") for id in themes] or app.themes
    return ThemeTestsDocument(themes=tuple(_tested(app, chosen)))


def sweep(app: App, themes: Sequence[str] = ()) -> RequestDocument:
    """Ask the indexer to bring the tags of these themes, or of all, up to date.

    Raises:
        NotFound: there is no such theme.
    """
    for id in themes:
        theme_of(app, id, field="themes")
    return ask(app, "sweep", " ".join(themes))


def _carried(app: App) -> Mapping[str, int] | None:
    if not app.has_archive:
        return None
    try:
        return app.engine.tally(Everything(), "themes")
    except EngineError:
        return None


def _theme(theme: Theme, version: ThemeVersion | None, carried: Mapping[str, int] | None) -> ThemeDocument:
    return ThemeDocument(
        id=theme.id,
        title=theme.title,
        description=theme.description,
        languages=tuple(sorted(theme.query)),
        version=version.version if version else None,
        recorded=version.recorded if version else None,
        articles=None if carried is None else carried.get(theme.id, 0),
    )


def _examples(examples: Iterable[Example]) -> tuple[ExampleDocument, ...]:
    return tuple(ExampleDocument(language=example.language, text=example.text) for example in examples)


def _version(version: ThemeVersion) -> ThemeVersionDocument:
    definition = definition_of(version)
    return ThemeVersionDocument(
        version=version.version,
        recorded=version.recorded,
        query=definition.query if definition else {},
        context=definition.context if definition else {},
        added=version.added,
        removed=version.removed,
        swept=version.swept,
        articles=version.articles,
    )


def _tested(app: App, themes: Iterable[Theme]) -> Iterable[ThemeTestDocument]:
    compiled = {one.id: one for one in compile_themes(app.themes, app.context())}
    for theme in themes:
        wrong = find_failures(theme, compiled[theme.id])
        yield ThemeTestDocument(
            theme=theme.id,
            examples=len(theme.matches) + len(theme.misses),
            failures=tuple(
                FailureOfExampleDocument(
                    language=failure.example.language, text=failure.example.text, matched=failure.matched
                )
                for failure in wrong
            ),
            diagnostics=diagnostics(compiled[theme.id].diagnostics),
        )
