"""`parley themes`: what is watched."""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from datetime import datetime

from config.errors import EngineError
from indexer.query.tree import Everything
from indexer.store import latest_versions
from monitor.app import App
from monitor.output import add_json, console, print_json, table

HELP = "List the themes and how many articles carry each"


@dataclass(frozen=True, slots=True)
class Row:
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the themes."""
    rows = _rows(App.load())
    if arguments.json:
        print_json({"themes": [asdict(row) for row in rows]})
        return 0
    cells = [[row.id, row.title, " ".join(row.languages), row.version or "–", _count(row.articles)] for row in rows]
    columns = ["theme", "title", "languages", "version", "articles"]
    console().print(table("Themes", columns, cells, right=["version", "articles"]))
    return 0


def _rows(app: App) -> list[Row]:
    carried = _carried(app)
    with app.archive.database.read() as connection:
        versions = latest_versions(connection)
    return [
        Row(
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


def _count(number: int | None) -> str:
    return "–" if number is None else f"{number:,}"
