"""Changes of themes: reading them from the command line, and printing their effects."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from config.errors import RequestFailed, WrongArgument
from monitor.app import App
from monitor.documents.queries import DiagnosticDocument
from monitor.documents.themes import PreviewDocument, SampleDocument, SavedDocument
from monitor.services.theme_changes import saved
from monitor.terminal.input_files import read_text
from monitor.terminal.output import console, errors, plain, print_document
from monitor.terminal.theme_sweep import sweep_with_progress
from monitor.terminal.times import published


class Change(TypedDict):
    """A change of a theme, as services take it."""

    theme: str
    query: dict[str, str]
    context: str | dict[str, str] | None
    text: str | None
    label: str | None


def change_of(app: App, arguments: argparse.Namespace) -> Change:
    """Return the change that the command line describes: by a file, by queries, or none of the theme of that id.

    Raises:
        WrongArgument: a file cannot be read, or a query has no language.
    """
    change: Change = {"theme": arguments.theme, "query": {}, "context": None, "text": None, "label": None}
    if arguments.query or arguments.context:
        contexts: Sequence[str] = arguments.context
        whole = len(contexts) == 1 and contexts[0].startswith("@")
        change["query"] = _by_language(arguments.query, "--query")
        if contexts:
            change["context"] = contexts[0] if whole else _by_language(contexts, "--context")
    elif arguments.theme.endswith(".toml"):
        path = Path(arguments.theme)
        text = read_text(arguments.theme, app.settings.max_bytes)
        change.update({"theme": path.stem, "text": text, "label": str(path)})
    return change


def show_preview(screen: Console, preview: PreviewDocument, zone: ZoneInfo) -> None:
    """Print what a sweep to a changed theme would write."""
    show_remarks(preview.diagnostics)
    change = f"+{preview.added:,} / −{preview.removed:,}"
    screen.print(Text(f"{preview.theme}: {change} articles", style="bold"))
    if not preview.added and not preview.removed:
        screen.print(Text("Nothing would change.", style="dim"))
    _show_samples(screen, "+", "green", preview.added, preview.samples.added, zone)
    _show_samples(screen, "−", "red", preview.removed, preview.samples.removed, zone)


def finish_save(app: App, document: SavedDocument, *, as_json: bool) -> None:
    """Sweep to a theme that was saved and print what came of both.

    Raises:
        RequestFailed: it is saved, and the sweep could not be done; the indexer does it as soon as it can.
    """
    show_remarks(document.diagnostics)
    if document.differs:
        note = "this query now compiles differently: a fragment, another theme or a dictionary has changed since"
        errors().print(note, style="yellow", soft_wrap=True)
    trouble = sweep_after(app, document.theme)
    document = saved(app, document)
    if as_json:
        print_document(document)
    else:
        line = f"{plain(document.file)} is written: {document.theme} version {document.version}.{_change(document)}"
        console().print(Text(line), soft_wrap=True)
    if trouble:
        raise RequestFailed(f"saved, but the sweep failed: {trouble}")


def sweep_after(app: App, theme: str) -> str:
    """Sweep to a theme that was changed and return why that failed, or nothing."""
    try:
        sweep_with_progress(app, [theme])
    except RequestFailed as error:
        return str(error)
    return ""


def show_remarks(remarks: Iterable[DiagnosticDocument]) -> None:
    """Write what is doubtful about a theme's queries to standard error."""
    for remark in remarks:
        errors().print(Text(f"{remark.severity}: {plain(remark.message)}", style="yellow"), soft_wrap=True)


def _by_language(texts: Sequence[str], option: str) -> dict[str, str]:
    queries: dict[str, str] = {}
    for text in texts:
        language, equals, query = text.partition("=")
        language = language.strip()
        if not equals:
            message = f'{option}: "{text}" has no language; write, for example, {option} en=truce'
        elif language in queries:
            message = f'{option}: "{language}" is given twice; join the two queries with OR'
        else:
            queries[language] = query.strip()
            continue
        raise WrongArgument(message, field=option.strip("-"))
    return queries


def _change(document: SavedDocument) -> str:
    if document.added is None or document.removed is None:
        return ""
    return f" +{document.added:,} / −{document.removed:,} articles."


def _show_samples(
    screen: Console, sign: str, style: str, total: int, samples: Sequence[SampleDocument], zone: ZoneInfo
) -> None:
    for sample in samples:
        screen.print(Text(f"{sign} {_line(sample, zone)}", style=style), soft_wrap=True)
    if total > len(samples):
        screen.print(Text(f"{sign} … and {total - len(samples):,} more", style="dim"))


def _line(sample: SampleDocument, zone: ZoneInfo) -> str:
    day, *_ = published(sample.published, sample.published_precision, zone).split()
    return plain(f"{day}  {sample.source}  {sample.title or ' '.join(sample.start.split())}")
