"""Themes as they stand: the list, one of them, its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from rich.text import Text

from config.errors import EngineError, NotFound
from indexer.query.tree import Everything, leaves
from indexer.themes.compile import CompiledTheme, compile_theme
from indexer.themes.versions import ThemeVersion, history, latest_versions
from monitor.app import App
from monitor.services.questions import theme_of
from monitor.terminal.output import console, plain, print_json, table
from monitor.terminal.remarks import document


@dataclass(frozen=True, slots=True)
class _Row:
    """A theme as listed.

    Attributes:
        version: of its query; None before an indexer has seen it, since when in `since`.
        articles: that carry it; None when the engine cannot be asked.
    """

    id: str
    title: str
    description: str
    languages: tuple[str, ...]
    version: int | None
    since: datetime | None
    articles: int | None


def show_list(app: App, *, as_json: bool) -> None:
    """Print the themes."""
    rows = _rows(app)
    if as_json:
        print_json({"themes": [asdict(row) for row in rows]})
        return
    cells = [[row.id, row.title, " ".join(row.languages), row.version or "–", _count(row.articles)] for row in rows]
    columns = ["theme", "title", "languages", "version", "articles"]
    console().print(table("Themes", columns, cells, right=["version", "articles"]))


def show_one(app: App, id: str, *, as_json: bool) -> None:
    """Print all that is known of a theme."""
    theme = theme_of(app, id)
    row = next(row for row in _rows(app) if row.id == id)
    compiled = compile_theme(theme, app.context())
    if as_json:
        print_json(
            asdict(row)
            | {
                "colour": theme.colour,
                "query": theme.query,
                "context": theme.context,
                "matches": [asdict(example) for example in theme.matches],
                "misses": [asdict(example) for example in theme.misses],
                "clauses": _clauses(compiled),
                "diagnostics": document(compiled.diagnostics),
            }
        )
        return
    screen = console()
    screen.print(Text(plain(theme.title), style="bold"))
    screen.print(Text(plain(theme.description)))
    version = f"version {row.version} since {row.since:%Y-%m-%d %H:%M} UTC" if row.since else "no version recorded yet"
    examples = f"{len(theme.matches)} examples that match, {len(theme.misses)} that do not"
    carried = f"{_count(row.articles)} articles"
    screen.print(Text(f"{version} · {carried} · {_clauses(compiled):,} clauses · {examples}\n", style="dim"))
    _show_queries({"query": theme.query, "context": theme.context})
    for remark in compiled.diagnostics:
        screen.print(Text(f"{remark.severity}: {plain(remark.message)}", style="yellow"), soft_wrap=True)


def show_history(app: App, id: str, *, as_json: bool) -> None:
    """Print every version of a theme.

    Raises:
        NotFound: no indexer has ever seen a theme of that id.
    """
    versions = versions_of_theme(app, id)
    if as_json:
        print_json({"theme": id, "versions": [_version_document(version) for version in versions]})
        return
    for version in versions:
        when = f"version {version.version}, {version.recorded:%Y-%m-%d %H:%M} UTC"
        console().print(Text(when, style="bold").append(f"  {_change(version)}", style="not bold dim"))
        _show_queries(json.loads(version.definition))


def versions_of_theme(app: App, id: str) -> list[ThemeVersion]:
    """Return every version of a theme, which may be gone by now, the oldest first.

    Raises:
        NotFound: no indexer has ever seen a theme of that id.
    """
    with app.archive.database.read() as connection:
        versions = history(connection, id)
    if not versions:
        theme_of(app, id)
        raise NotFound(f'no version of "{id}" is recorded yet; the indexer does so when it first sees a theme')
    return versions


def _rows(app: App) -> list[_Row]:
    carried = _carried(app)
    with app.archive.database.read() as connection:
        versions = latest_versions(connection)
    return [
        _Row(
            id=theme.id,
            title=theme.title,
            description=theme.description,
            languages=tuple(sorted(theme.query)),
            version=versions[theme.id].version if theme.id in versions else None,
            since=versions[theme.id].recorded if theme.id in versions else None,
            articles=None if carried is None else carried.get(theme.id, 0),
        )
        for theme in app.themes
    ]


def _carried(app: App) -> dict[str, int] | None:
    try:
        return app.engine.tally(Everything(), "themes")
    except EngineError:
        return None


def _clauses(compiled: CompiledTheme) -> int:
    return sum(1 for _ in leaves(compiled.node))


def _show_queries(tables: Mapping[str, Mapping[str, str]]) -> None:
    for name, queries in tables.items():
        for language, query in queries.items():
            line = Text(f"{name:>9} {language}  ", style="dim").append(plain(" ".join(query.split())), style="not dim")
            console().print(line, soft_wrap=True)


def _version_document(version: ThemeVersion) -> dict[str, object]:
    return asdict(version) | {"definition": json.loads(version.definition)}


def _change(version: ThemeVersion) -> str:
    if version.added is None:
        return "not swept yet"
    changed = f"+{version.added:,} / −{version.removed:,}"
    return f"{changed}, {version.articles:,} articles" if version.swept else f"{changed}, the sweep is under way"


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
