"""Changing themes: what a change would do, doing it, and taking it back."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from config.errors import ConfigError, EngineUnavailable, NotFound, Problem
from config.theme_file import write_theme
from indexer.article import Article
from indexer.themes.compile import CompiledTheme
from indexer.themes.examples import failures
from indexer.themes.sweep import NO_DIFFERENCE, Difference, Preview
from indexer.themes.sweep import preview as ask_preview
from indexer.themes.versions import ThemeVersion, latest_versions, record_version
from monitor.app import App
from monitor.services.candidate import Candidate, compile_candidate, from_file, from_queries, from_version
from monitor.services.questions import theme_of
from monitor.terminal.output import console, errors, plain, print_json
from monitor.terminal.remarks import document
from monitor.terminal.theme_listing import versions_of_theme
from monitor.terminal.theme_sweep import sweep_with_progress
from monitor.terminal.theme_texts import failure_said


def candidate_of(app: App, arguments: argparse.Namespace) -> Candidate:
    """Return the theme that the command line describes: by a file, by queries, or the one of that id as it stands.

    Raises:
        ConfigError: every mistake in it.
        NotFound: there is no such theme.
    """
    if arguments.query or arguments.context:
        return from_queries(app, arguments.theme, arguments.query, arguments.context)
    if arguments.theme.endswith(".toml"):
        return from_file(app, Path(arguments.theme))
    theme_of(app, arguments.theme)
    return from_queries(app, arguments.theme, (), ())


def preview(app: App, candidate: Candidate, *, as_json: bool) -> None:
    """Print what a sweep to the candidate would write; nothing is written.

    Raises:
        ConfigError: it cannot be asked.
        EngineError: the engine cannot be asked.
    """
    compiled = compile_candidate(app, candidate)
    found = ask_preview(app.engine, compiled)
    if as_json:
        print_json(
            {
                "theme": compiled.id,
                "added": found.difference.missing,
                "removed": found.difference.stale,
                "samples": {"added": _samples(found.gained), "removed": _samples(found.lost)},
                "diagnostics": document(compiled.diagnostics),
            }
        )
        return
    _show_remarks(compiled)
    _show_preview(compiled.id, found)


def save(app: App, candidate: Candidate, *, as_json: bool) -> None:
    """Check the candidate, write its file, record its version and sweep to it.

    Raises:
        ConfigError: it cannot be asked, or treats its own examples otherwise than it says; nothing is written.
        EngineUnavailable: it is saved, and the sweep could not be done; the indexer does it as soon as it can.
    """
    compiled = compile_candidate(app, candidate)
    if wrong := failures(candidate.theme, compiled):
        cure = "change the query, or the example in its file"
        raise ConfigError([Problem(f"theme {compiled.id}", f"an example {failure_said(one)}; {cure}") for one in wrong])
    path = write_theme(app.settings.config, compiled.id, candidate.text)
    with app.archive.database.write() as connection:
        record_version(connection, compiled.id, compiled.digest, compiled.definition, datetime.now(UTC))
    _show_remarks(compiled)
    trouble = ""
    try:
        sweep_with_progress(app, [compiled.id])
    except EngineUnavailable as error:
        trouble = f"saved, but not swept: {error}"
    with app.archive.database.read() as connection:
        version = latest_versions(connection)[compiled.id]
    if as_json:
        print_json(_saved(version, path))
    else:
        console().print(
            Text(f"{plain(str(path))} is written: {compiled.id} version {version.version}.{_change(version)}"),
            soft_wrap=True,
        )
    if trouble:
        raise EngineUnavailable(trouble)


def restore(app: App, id: str, number: int, *, as_json: bool) -> None:
    """Save a theme as it was in an earlier version.

    Raises:
        NotFound: there is no such version.
        ConfigError, EngineUnavailable: as in `save`.
    """
    versions = versions_of_theme(app, id)
    wanted = next((version for version in versions if version.version == number), None)
    if wanted is None:
        raise NotFound(f'"{id}" has no version {number}; it has 1 to {versions[-1].version}')
    candidate = from_version(app, wanted)
    if compile_candidate(app, candidate).digest != wanted.digest:
        said = "what it asks has changed since that version: by a fragment, another theme or the dictionaries"
        errors().print(said, style="yellow", soft_wrap=True)
    save(app, candidate, as_json=as_json)


def _samples(articles: Sequence[Article]) -> list[dict[str, object]]:
    return [
        {
            "id": article.id,
            "published": article.published,
            "source": article.source,
            "title": article.title,
            "url": article.url,
        }
        for article in articles
    ]


def _saved(version: ThemeVersion, path: Path) -> dict[str, object]:
    return {
        "theme": version.theme,
        "file": str(path),
        "version": version.version,
        "recorded": version.recorded,
        "added": version.added,
        "removed": version.removed,
        "articles": version.articles,
    }


def _change(version: ThemeVersion) -> str:
    if version.added is None or version.removed is None:
        return ""
    return f" {_counts(Difference(version.added, version.removed))} articles."


def _counts(difference: Difference) -> str:
    return f"+{difference.missing:,} / −{difference.stale:,}"


def _show_remarks(compiled: CompiledTheme) -> None:
    for remark in compiled.diagnostics:
        errors().print(Text(f"{remark.severity}: {plain(remark.message)}", style="yellow"), soft_wrap=True)


def _show_preview(id: str, found: Preview) -> None:
    screen = console()
    screen.print(Text(f"{id}: {_counts(found.difference)} articles", style="bold"))
    if found.difference == NO_DIFFERENCE:
        screen.print(Text("Nothing would change.", style="dim"))
    for sign, total, articles in (
        ("+", found.difference.missing, found.gained),
        ("−", found.difference.stale, found.lost),
    ):
        for article in articles:
            screen.print(Text(f"{sign} {_line(article)}", style="green" if sign == "+" else "red"), soft_wrap=True)
        if total > len(articles):
            screen.print(Text(f"{sign} … and {total - len(articles):,} more", style="dim"))


def _line(article: Article) -> str:
    when = "undated" if article.published is None else f"{article.published:%Y-%m-%d}"
    return plain(f"{when}  {article.source}  {article.title or article.text[:80]}")
