"""`parley sources`: who is listened to, and how their feeds do."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from crawler import feeds
from crawler.health import Health, health_of
from monitor.app import App
from monitor.output import add_json, console, print_json, table

HELP = "List the sources and how their feeds do"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sources."""
    app, now = App.load(), datetime.now(UTC)
    with app.archive.database.read() as connection:
        states = feeds.states(connection)
    health = {feed.id: health_of(feed, states.get(feed.id), now) for source in app.sources for feed in source.feeds}
    print_json(_document(app, health)) if arguments.json else _show(app, health)
    return 0


def _document(app: App, health: dict[str, Health]) -> dict[str, object]:
    return {
        "sources": [
            {
                "id": source.id,
                "name": source.name,
                "class": source.source_class,
                "country": source.country,
                "language": source.language,
                "note": source.note,
                "feeds": [
                    {
                        "id": feed.id,
                        "url": feed.url,
                        "kind": feed.kind,
                        "enabled": feed.enabled,
                        "verified": feed.verified,
                        "health": health[feed.id].name,
                        "why": health[feed.id].sentence,
                    }
                    for feed in source.feeds
                ],
            }
            for source in app.sources
        ]
    }


def _show(app: App, health: dict[str, Health]) -> None:
    rows = [
        [feed.id, source.name, source.source_class, source.country, source.language, feed.kind, health[feed.id].name]
        for source in app.sources
        for feed in source.feeds
    ]
    columns = ["feed", "source", "class", "country", "language", "kind", "health"]
    console().print(table(f"{len(app.sources)} sources, {len(rows)} feeds", columns, rows))
