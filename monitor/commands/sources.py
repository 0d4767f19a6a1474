"""`parley sources`: who is listened to; `parley sources check [ID…]`: what each feed answers right now."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.text import Text

from config.errors import ConfigError, Problem
from config.sources import Source
from crawler.archive import feeds
from crawler.archive.harvest import harvests
from crawler.health import Health, healths
from crawler.probe import Finding, probe
from monitor.app import App
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_json, table

HELP = "List the sources and how their feeds do; `sources check [ID]` asks each feed now"
EXAMPLES = ("sources", "sources check", "sources check bbc-world tass-en")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "action", nargs="?", choices=("check",), help="ask each feed what it answers now; nothing is kept"
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="these sources alone")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the sources, or what their feeds answer; exit code 1 when a feed asked now is not well."""
    app, now = load_app(), datetime.now(UTC)
    if arguments.action == "check":
        return _check(app, arguments.ids, as_json=arguments.json)
    with app.archive.database.read() as connection:
        states, harvested = feeds.states(connection), harvests(connection)
    health = healths((feed for source in app.sources for feed in source.feeds), states, harvested, now)
    print_json(_document(app, health)) if arguments.json else _show(app, health)
    return 0


def _check(app: App, ids: Sequence[str], *, as_json: bool) -> int:
    known = {source.id: source for source in app.sources}
    if unknown := [id for id in ids if id not in known]:
        raise ConfigError([Problem("sources", f'there is no source "{id}"') for id in unknown])
    asked = [feed for id in ids or known for feed in known[id].feeds if feed.enabled or ids]
    screen = console()
    findings = probe(asked, app.settings, on_finding=None if as_json else lambda found: screen.print(_found(found)))
    if as_json:
        print_json({"feeds": findings})
    else:
        good = sum(found.is_good for found in findings)
        screen.print(Text(f"{good} of {len(findings)} feeds are well."))
    return 0 if all(found.is_good for found in findings) else 1


def _found(found: Finding) -> Text:
    newest = f", newest {found.newest:%Y-%m-%d %H:%M} UTC" if found.newest else ""
    said = f"{found.entries} entries{newest}" if found.is_good else found.outcome
    line = Text("ok   " if found.is_good else "BAD  ", style="green" if found.is_good else "yellow")
    line.append(plain(f"{found.feed}: {said} ({found.milliseconds} ms)"), style="default")
    for advice in found.advice:
        line.append(plain(f"\n     {advice}"), style="dim")
    return line


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
        [source.id, source.name, source.source_class, f"{source.country} {source.language}", _summed(source, health)]
        for source in app.sources
    ]
    columns = ["source", "name", "class", "from", "feeds"]
    console().print(table(f"{len(app.sources)} sources, {len(health)} feeds", columns, rows, whole=("source",)))


def _summed(source: Source, health: dict[str, Health]) -> str:
    """Return how the feeds of a source do, and how many do so where there are several."""
    counted = Counter(health[feed.id].name for feed in source.feeds)
    return ", ".join(f"{number} {name}" if len(source.feeds) > 1 else name for name, number in counted.most_common())
