"""Themes for people: the list, one of them, its history."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from monitor.documents.themes import ThemeDetailDocument, ThemeHistoryDocument, ThemesDocument, ThemeVersionDocument
from monitor.sentences import counted
from monitor.terminal.output import articles, plain, table
from monitor.terminal.times import clock


def show_list(screen: Console, themes: ThemesDocument) -> None:
    """Print the themes."""
    cells = [
        [theme.id, theme.title, " ".join(theme.languages), theme.version or "–", _count(theme.articles)]
        for theme in themes.themes
    ]
    columns = ["theme", "title", "languages", "version", "articles"]
    screen.print(table("Themes", columns, cells, right=["version", "articles"]))


def show_one(screen: Console, theme: ThemeDetailDocument, zone: ZoneInfo) -> None:
    """Print all that is known of a theme."""
    screen.print(Text(plain(theme.title), style="bold"))
    screen.print(Text(plain(theme.description)))
    facts = [
        f"version {theme.version} since {clock(theme.recorded, zone)}" if theme.recorded else "not indexed yet",
        "articles unknown" if theme.articles is None else articles(theme.articles),
        counted(theme.clauses, "clause"),
        f"{counted(len(theme.matches), 'example')} that must match, {len(theme.misses)} that must not",
    ]
    screen.print(Text(f"{' · '.join(facts)}\n", style="dim"))
    _show_queries(screen, {"query": theme.query, "context": theme.context})
    for remark in theme.diagnostics:
        screen.print(Text(f"{remark.severity}: {plain(remark.message)}", style="yellow"), soft_wrap=True)


def show_history(screen: Console, history: ThemeHistoryDocument, zone: ZoneInfo) -> None:
    """Print every version of a theme."""
    for version in history.history:
        when = f"version {version.version}, {clock(version.recorded, zone)}"
        screen.print(Text(when, style="bold").append(f"  {_change(version)}", style="not bold dim"))
        _show_queries(screen, {"query": version.query, "context": version.context})


def _show_queries(screen: Console, tables: Mapping[str, Mapping[str, str]]) -> None:
    for name, queries in tables.items():
        for language, query in queries.items():
            line = Text(f"{name:>9} {language}  ", style="dim").append(plain(" ".join(query.split())), style="not dim")
            screen.print(line, soft_wrap=True)


def _change(version: ThemeVersionDocument) -> str:
    if version.added is None:
        return "not swept yet"
    change = f"+{version.added:,} / −{version.removed:,}"
    swept = version.swept and version.articles is not None
    return f"{change}, {articles(version.articles or 0)}" if swept else f"{change}, being swept"


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
