"""`parley compare`: themes and queries beside one another."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from rich.table import Table
from rich.text import Text

from indexer.trends.compare import Comparison, Voice, compare
from monitor.app import App
from monitor.services import theme_versions
from monitor.services.theme_versions import Versions, versions
from monitor.terminal import options
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, fitting, plain, print_json, table, width
from monitor.terminal.theme_versions import notes

HELP = "Compare themes: share of voice, change, and which come together"
EXAMPLES = ("compare truce negotiations --since 4w",)

_SPAN = timedelta(days=30)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser)
    options.add_range(parser, "30 days ago")
    options.add_scope(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the comparison; of all themes where none is named."""
    app, now = load_app(), datetime.now(UTC)
    if not arguments.themes and not arguments.query:
        arguments.themes = [theme.id for theme in app.themes]
    start, end = options.between(app, arguments, now, _SPAN)
    asked = options.questions(app, arguments)
    scope = options.scope(app, arguments)
    found = compare(app.engine, asked, start=start, end=end, scope=scope)
    used = {name: versions(app, node, scope, start, end) for name, node in asked.items()}
    print_json(_document(found, used)) if arguments.json else _show(found, used, app)
    return 0


def _document(found: Comparison, used: Mapping[str, Versions]) -> dict[str, object]:
    return {
        "from": found.start,
        "to": found.end,
        "total": found.total,
        "any": found.any,
        "themes": [_voice(voice, used[voice.name]) for voice in found.voices],
        "pairs": [{"themes": [pair.first, pair.second], **_figures(asdict(pair))} for pair in found.pairs],
    }


def _voice(voice: Voice, used: Versions) -> dict[str, object]:
    said = asdict(voice)
    return {"theme": said.pop("name"), **said, **theme_versions.document(used)}


def _figures(pair: dict[str, object]) -> dict[str, object]:
    return {name: pair[name] for name in ("articles", "lift", "overlap")}


def _show(found: Comparison, used: Mapping[str, Versions], app: App) -> None:
    screen = console()
    span = f"{found.start.astimezone(app.zone):%Y-%m-%d %H:%M} to {found.end.astimezone(app.zone):%Y-%m-%d %H:%M}"
    screen.print(Text(f"{span}: {found.any:,} of {found.total:,} articles", style="dim"))
    rows = [
        [voice.name, voice.articles, voice.stories, *map(_percent, (voice.share, voice.before, voice.voice))]
        for voice in sorted(found.voices, key=lambda voice: -voice.articles)
    ]
    figures = ["articles", "stories", "share", "before", "of voice"]
    screen.print(table("Share", ["theme", *figures], rows, right=figures))
    if found.pairs:
        for matrix in _together(found, screen.width):
            screen.print()
            screen.print(matrix)
        screen.print(
            Text(
                plain("articles with both below the diagonal, above it how many times as many as by chance"),
                style="dim",
            )
        )
    for note in notes(used.values()):
        screen.print(note, soft_wrap=True)


def _together(found: Comparison, screen: int) -> Iterator[Table]:
    """Yield the matrix, in as many tables as the screen's width asks for."""
    names = [voice.name for voice in found.voices]
    labels, *columns = (list(column) for column in zip(*_matrix(found, names), strict=True))
    numbered = [[str(number), *cells] for number, cells in enumerate(columns, 1)]
    for group in fitting(numbered, screen - min(width(["", *labels]), screen // 3)):
        numbers, *rows = zip(*group, strict=True)
        lines = [[label, *cells] for label, cells in zip(labels, rows, strict=True)]
        yield table("Together", ["", *numbers], lines, right=numbers, whole=numbers)


def _matrix(found: Comparison, names: list[str]) -> Iterator[list[str]]:
    pairs = {(pair.first, pair.second): pair for pair in found.pairs}
    articles = {voice.name: voice.articles for voice in found.voices}
    for row, name in enumerate(names):
        cells = [f"{row + 1} {name}"]
        for column, other in enumerate(names):
            if row == column:
                cells.append(f"[{articles[name]:,}]")
            elif row > column:
                cells.append(f"{pairs[other, name].articles:,}")
            else:
                lift = pairs[name, other].lift
                cells.append("–" if lift is None else f"{lift:.1f}×")
        yield cells


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
