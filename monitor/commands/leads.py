"""`parley leads`: who leads whom, and who is first."""

from __future__ import annotations

import argparse
from typing import get_args

from indexer.trends.splits import Among, LeadInterval
from monitor.services.leads import leads
from monitor.services.questions import named_queries
from monitor.terminal import options
from monitor.terminal.installation import load_app
from monitor.terminal.leads import show
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.remarks import print_query_diagnostics, print_searchable

HELP = "Show who leads whom, where chance does not explain it, and who publishes first"
EXAMPLES = ("leads truce --among class", "leads truce negotiations sanctions --since 1y")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(
        parser, help="theme ids, see `parley themes` (default: all themes, compared with one another)"
    )
    parser.add_argument(
        "--among",
        choices=get_args(Among),
        help="groups to compare (default: classes for one theme or query, else themes)",
    )
    parser.add_argument(
        "--interval", choices=get_args(LeadInterval), default="day", help="width of a bucket (default: day)"
    )
    options.add_range(parser, "180 days ago, or 28 days ago for hours")
    options.add_scope(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the leads."""
    document = leads(
        load_app(),
        themes=arguments.themes,
        queries=named_queries(arguments.query),
        among=arguments.among,
        interval=arguments.interval,
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
    )
    print_query_diagnostics(document.diagnostics)
    print_searchable(document.searchable)
    if arguments.json:
        print_document(document)
    else:
        show(console(), document)
    return 0
