"""`parley trends`: themes and queries over time, as share of everything that matches the scope."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

from indexer.query.tree import Between, Node, all_of, any_of
from indexer.trends.calendar import DEFAULT_SPAN, Interval, edges_between
from indexer.trends.series import Trend, trend
from indexer.trends.spikes import Sensitivity
from indexer.trends.splits import By, Part, parts
from monitor.app import App
from monitor.services.theme_versions import Versions, versions
from monitor.services.trends import COLUMNS, document, rows
from monitor.terminal import options
from monitor.terminal.csv_lines import print_csv
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, print_json
from monitor.terminal.trends import show, show_notes

HELP = "Show themes over time: articles, stories, and share of everything collected"
EXAMPLES = ("trends truce", "trends truce negotiations --interval week --since 1y")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser)
    parser.add_argument(
        "--interval", choices=get_args(Interval), default="day", help="width of a bucket (default: day)"
    )
    options.add_range(parser, "depends on the interval")
    options.add_scope(parser)
    parser.add_argument("--split", choices=get_args(By), help="one series for each, beside the whole")
    parser.add_argument(
        "--most", type=int, default=8, metavar="N", help="series of a split, all others in one (default: 8)"
    )
    parser.add_argument(
        "--corrected", action="store_true", help="shares over the sources that delivered throughout, see docs/trends.md"
    )
    parser.add_argument(
        "--sensitivity",
        choices=get_args(Sensitivity),
        default="medium",
        help="of the search for spikes (default: medium)",
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--csv", action="store_true", help="one line per bucket, for a spreadsheet")
    add_json(forms)


def run(arguments: argparse.Namespace) -> int:
    """Print the trend."""
    app, now = load_app(), datetime.now(UTC)
    asked, scope = options.questions(app, arguments), options.scope(app, arguments)
    since, until = options.between(app, arguments, now, DEFAULT_SPAN[arguments.interval])
    edges = edges_between(since, until, arguments.interval, app.zone)
    within = all_of(any_of(*asked.values()), scope, Between("published", edges[0], edges[-1]))
    found = trend(
        app.engine,
        asked,
        interval=arguments.interval,
        since=since,
        until=until,
        zone=app.zone,
        now=now,
        scope=scope,
        parts=_parts(app, within, arguments),
        cover=app.coverage,
        corrected=arguments.corrected,
        sensitivity=arguments.sensitivity,
    )
    used = {name: versions(app, node, scope, found.start, found.end) for name, node in asked.items()}
    _print(found, used, arguments)
    return 0


def _parts(app: App, within: Node, arguments: argparse.Namespace) -> tuple[Part, ...]:
    by: By | None = arguments.split
    return parts(app.engine, within, by, app.sources, max(1, arguments.most)) if by else ()


def _print(found: Trend, used: Mapping[str, Versions], arguments: argparse.Namespace) -> None:
    if arguments.json:
        print_json(document(found, used, arguments.scope))
    elif arguments.csv:
        print_csv(COLUMNS, rows(found, used))
        show_notes(errors(), found, used)
    else:
        show(console(), found, used)
