"""Changing themes: what a change would do, saving it, taking it back, and removing a theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from config.errors import ConfigError, Conflict, NotFound, QueryError, Refused
from config.files import find
from config.own_files import delete_own, own_path, write_own
from indexer.article import Article
from indexer.themes.compile import CompiledTheme, compile_theme, compile_themes, themes_that_mention
from indexer.themes.examples import find_failures
from indexer.themes.sweep import preview as count_change
from indexer.themes.versions import ThemeVersion, latest_versions, record_version
from monitor.app import App
from monitor.documents.themes import PreviewDocument, RemovedDocument, SampleDocument, SamplesDocument, SavedDocument
from monitor.services.candidate import Candidate, compile_candidate, from_queries, from_text, from_version
from monitor.services.excerpts import failing_example
from monitor.services.precedence import related
from monitor.services.queries import diagnostics
from monitor.services.questions import theme_of
from monitor.services.themes import versions_of_theme

_START = 80  # characters of a sample's text


def preview(
    app: App,
    theme: str,
    *,
    query: Mapping[str, str] | None = None,
    context: str | Mapping[str, str] | None = None,
    text: str | None = None,
    label: str | None = None,
) -> PreviewDocument:
    """Return what a sweep to a changed theme would write; nothing is written.

    Args:
        theme: id of the theme, which may be a new one.
        query: language → query, for the languages that change; an empty query removes the language's.
        context: `@fragment`, or language → query; None leaves it as it is.
        text: the whole text of the theme's file, instead of query and context.
        label: how messages name that text.

    Raises:
        NotFound: there is no such theme, and nothing is given to make one of.
        QueryError: its query cannot be run.
        WrongArgument: another mistake in what is given.
        Refused: another theme, which contains it, could not be compiled any more.
        EngineError: the engine cannot be asked.
    """
    return effect_of(app, compile_candidate(app, _candidate(app, theme, query, context, text, label)))


def effect_of(app: App, compiled: CompiledTheme) -> PreviewDocument:
    """Return what a sweep to a compiled theme would write.

    Raises:
        EngineError: the engine cannot be asked.
    """
    change = count_change(app.engine, compiled)
    return PreviewDocument(
        theme=compiled.id,
        added=change.difference.missing,
        removed=change.difference.stale,
        samples=SamplesDocument(added=_samples(change.gained), removed=_samples(change.lost)),
        diagnostics=diagnostics(compiled.diagnostics),
    )


def save(
    app: App,
    theme: str,
    *,
    query: Mapping[str, str] | None = None,
    context: str | Mapping[str, str] | None = None,
    text: str | None = None,
    label: str | None = None,
    based_on: int | None = None,
) -> SavedDocument:
    """Check a changed theme, write its file and record its version. A running indexer sweeps to it by itself.

    Args:
        theme, query, context, text, label: as in `preview`.
        based_on: the version that was changed, 0 for none; None does not check it.

    Raises:
        Conflict: another version was recorded since; nothing is written.
        Refused: it treats its own examples otherwise than it says, or breaks another theme; nothing is written.
        ConfigError: there is no overlay folder, or it cannot be written.
        NotFound, QueryError, WrongArgument: as in `preview`; nothing is written.
    """
    return save_candidate(app, _candidate(app, theme, query, context, text, label), based_on)


def save_candidate(
    app: App, candidate: Candidate, based_on: int | None, *, restored: ThemeVersion | None = None
) -> SavedDocument:
    """Check a candidate and save it, as `save` does.

    Args:
        restored: the version whose queries it has.
    """
    compiled = compile_candidate(app, candidate)
    if wrong := find_failures(candidate.theme, compiled):
        cure = "change the query, or the example in its file"
        failures = [failing_example(one.example.language, one.example.text, is_match=one.matched) for one in wrong]
        lines = [f"theme {compiled.id}: an example {failure}; {cure}" for failure in failures]
        raise Refused("\n".join(lines), field="query")
    # The file is put in place inside the transaction, so that of two who save at once the second sees the first's version.
    with app.archive.database.write() as connection:
        _check_base(connection, compiled.id, based_on)
        path = write_own("themes", app.settings.config, compiled.id, candidate.text)
        record_version(connection, compiled.id, compiled.digest, compiled.definition, datetime.now(UTC))
        newest = latest_versions(connection)[compiled.id]
    app.look_again()
    return _saved(compiled, newest, str(path), differs=restored is not None and restored.digest != compiled.digest)


def restore(app: App, theme: str, version: int, *, based_on: int | None = None) -> SavedDocument:
    """Save a theme with the queries of an earlier version.

    Raises:
        NotFound: there is no such version.
        Conflict, Refused, ConfigError, QueryError, WrongArgument: as in `save`.
    """
    versions = versions_of_theme(app, theme)
    wanted = next((one for one in versions if one.version == version), None)
    if wanted is None:
        message = f'"{theme}" has no version {version}; it has 1 to {versions[-1].version}'
        raise NotFound(message, field="version")
    return save_candidate(app, from_version(app, wanted), based_on, restored=wanted)


def saved(app: App, document: SavedDocument) -> SavedDocument:
    """Return the document of a save with what sweeps have done since."""
    with app.archive.database.read() as connection:
        newest = latest_versions(connection)[document.theme]
    counts = {"added": newest.added, "removed": newest.removed, "articles": newest.articles}
    return document.model_copy(update=counts) if newest.version == document.version else document


def remove(app: App, theme: str, *, delete: bool = False) -> RemovedDocument:
    """Remove a theme: a shipped one by a file in the overlay folder, and one of your own by deleting its file.

    Its queries stay in the history, and its tag goes with the next sweep.

    Args:
        delete: whether a file of your own may be deleted or overwritten.

    Raises:
        NotFound: there is no such theme.
        Refused: a file of your own would be deleted, or another theme contains this one.
        ConfigError: there is no overlay folder, or it cannot be written.
    """
    known = theme_of(app, theme)
    folder = app.settings.config
    path = own_path("themes", folder, theme)
    if path.exists() and not delete:
        message = f"{path} would be deleted; its queries stay in the history. Confirm it with --yes"
        raise Refused(message, field="delete")
    _check_the_rest(app, theme)
    shipped = any(file.name == theme for file in find("themes", None))
    with app.archive.database.write() as connection:
        with suppress(QueryError):  # a theme that cannot be run has no version to record
            compiled = compile_theme(known, app.context())
            record_version(connection, theme, compiled.digest, compiled.definition, datetime.now(UTC))
        if shipped:
            write_own("themes", folder, theme, "removed = true\n")
        else:
            delete_own("themes", folder, theme)
    app.look_again()
    return RemovedDocument(theme=theme, file=str(path), deleted=not shipped)


def _candidate(
    app: App,
    theme: str,
    query: Mapping[str, str] | None,
    context: str | Mapping[str, str] | None,
    text: str | None,
    label: str | None,
) -> Candidate:
    if text is not None:
        return from_text(app, theme, text, label=label or f"theme {theme}")
    if not query and context is None:
        theme_of(app, theme)
    return from_queries(app, theme, query or {}, context)


def _saved(compiled: CompiledTheme, version: ThemeVersion, file: str, *, differs: bool) -> SavedDocument:
    return SavedDocument(
        theme=compiled.id,
        file=file,
        version=version.version,
        recorded=version.recorded,
        added=version.added,
        removed=version.removed,
        articles=version.articles,
        differs=differs,
        diagnostics=diagnostics(compiled.diagnostics),
    )


def _check_base(connection: Connection, theme: str, based_on: int | None) -> None:
    newest = latest_versions(connection).get(theme)
    current = newest.version if newest else 0
    if based_on is not None and based_on != current:
        now = f"version {current}" if current else "no version"
        message = f'"{theme}" has {now} now, but this change is based on version {based_on}; review it again'
        raise Conflict(message, field="based_on")


def _check_the_rest(app: App, removed: str) -> None:
    current = app.configuration
    rest = tuple(theme for theme in current.themes if theme.id != removed)
    context = app.context(replace(current, themes=rest))
    try:
        compile_themes(themes_that_mention(removed, context), context)
    except ConfigError as wrong:
        raise Refused(f'other themes contain "{removed}"; change them first:\n{wrong}', field="theme") from None


def _samples(articles: Sequence[Article]) -> tuple[SampleDocument, ...]:
    return tuple(SampleDocument(**dict(related(article)), start=article.text[:_START]) for article in articles)
