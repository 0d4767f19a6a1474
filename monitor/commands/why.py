"""`parley why`: what makes a day, a week or a spike of a theme differ from the weeks before."""

from __future__ import annotations

import argparse
from typing import get_args

from indexer.trends.calendar import Interval
from monitor.services.questions import named_queries
from monitor.services.why import why
from monitor.terminal import options
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.remarks import print_query_diagnostics, print_searchable
from monitor.terminal.why import show

HELP = "Explain a spike or any other day by its words, stories, sources and themes"
EXAMPLES = ("why truce", "why truce --on 2026-11-20")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser, help="theme id, see `parley themes`")
    parser.add_argument("--on", metavar="TIME", help="the bucket that contains this moment (default: the latest spike)")
    parser.add_argument(
        "--interval", choices=get_args(Interval), default="day", help="width of that bucket (default: day)"
    )
    options.add_range(parser, "the latest spike")
    options.add_scope(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the explanation."""
    explanation = why(
        load_app(),
        themes=arguments.themes,
        queries=named_queries(arguments.query),
        on=arguments.on,
        interval=arguments.interval,
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
    )
    print_query_diagnostics(explanation.diagnostics)
    print_searchable(explanation.searchable)
    if arguments.json:
        print_document(explanation)
    else:
        show(console(), explanation)
    return 0
