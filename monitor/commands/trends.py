"""`parley trends`: themes and queries over time, as share of everything that matches the scope."""

from __future__ import annotations

import argparse

from monitor.services.questions import named_queries
from monitor.services.trends import COLUMNS, rows, trend
from monitor.terminal import options
from monitor.terminal.csv_lines import print_csv
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, print_document
from monitor.terminal.remarks import print_query_diagnostics, print_searchable
from monitor.terminal.trends import show, show_notes

HELP = "Show themes over time: articles, stories, and share of everything collected"
EXAMPLES = ("trends truce", "trends truce negotiations --interval week --since 1y")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    options.add_questions(parser, help="theme ids, see `parley themes` (default: all themes)")
    options.add_counting(parser)
    options.add_steady(parser, "the range")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--csv", action="store_true", help="one line per bucket, for a spreadsheet")
    add_json(forms)


def run(arguments: argparse.Namespace) -> int:
    """Print the trend."""
    app = load_app()
    document = trend(
        app,
        themes=arguments.themes,
        queries=named_queries(arguments.query),
        interval=arguments.interval,
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
        split=arguments.split,
        largest=arguments.most,
        corrected=arguments.corrected,
        steady=arguments.steady,
        sensitivity=arguments.sensitivity,
    )
    print_query_diagnostics(document.diagnostics)
    print_searchable(document.searchable)
    if arguments.json:
        print_document(document)
    elif arguments.csv:
        print_csv(COLUMNS, rows(document))
        show_notes(errors(), document)
    else:
        show(console(), document)
    return 0
