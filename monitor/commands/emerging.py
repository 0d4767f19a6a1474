"""`parley emerging`: what no theme watches yet."""

from __future__ import annotations

import argparse

from monitor.services.emerging import LARGEST, emerging
from monitor.terminal import options
from monitor.terminal.emerging import show
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.remarks import print_searchable

HELP = "Show words and phrases that are new: what no theme watches yet, or what is new in one"
EXAMPLES = ("emerging", "emerging --theme truce --since 24h")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--theme", metavar="ID", help="look inside this theme (default: articles without any theme)")
    options.add_range(parser, "7 days ago")
    options.add_scope(parser, "look only at what matches this")
    parser.add_argument("--most", type=int, default=LARGEST, metavar="N", help=f"phrases, at most (default: {LARGEST})")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print what is new."""
    document = emerging(
        load_app(),
        theme=arguments.theme,
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
        largest=arguments.most,
    )
    print_searchable(document.searchable)
    if arguments.json:
        print_document(document)
    else:
        show(console(), document)
    return 0
