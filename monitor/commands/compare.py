"""`parley compare`: compare themes and queries."""

from __future__ import annotations

import argparse

from monitor.services.compare import compare
from monitor.services.questions import named_queries
from monitor.terminal import options
from monitor.terminal.compare import show
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.remarks import print_query_diagnostics, print_searchable

HELP = "Compare themes: share of voice, change and overlap"
EXAMPLES = ("compare truce negotiations --since 4w",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser, help="theme ids, see `parley themes` (default: all themes)")
    options.add_range(parser, "30 days ago")
    options.add_scope(parser)
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the comparison."""
    comparison = compare(
        load_app(),
        themes=arguments.themes,
        queries=named_queries(arguments.query),
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
    )
    print_query_diagnostics(comparison.diagnostics)
    print_searchable(comparison.searchable)
    if arguments.json:
        print_document(comparison)
    else:
        show(console(), comparison)
    return 0
