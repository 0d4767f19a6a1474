"""`parley reread`: extract archived pages again after the extractor has improved or the cause of a rejection is gone."""

from __future__ import annotations

import argparse

from monitor.services.upkeep import fetch_again, reread
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document

HELP = "Re-extract archived pages: those whose text would now differ, or those with a given outcome"
EXAMPLES = ("reread", "reread no_text consent_page", "reread --fetch", "reread --fetch forbidden")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "outcome",
        nargs="*",
        metavar="OUTCOME",
        help="only pages with this outcome, such as no_text (default: all pages whose text would now differ)",
    )
    parser.add_argument(
        "--fetch",
        action="store_true",
        help="request addresses again whose page could not be fetched (default: all whose cause may have passed)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Let the pages wait for the indexer again, or the addresses for the crawler."""
    document = (fetch_again if arguments.fetch else reread)(load_app(), arguments.outcome)
    print_document(document) if arguments.json else console().print(document.message, soft_wrap=True)
    return 0
