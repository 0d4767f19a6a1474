"""`parley reread`: extract archived pages again, after the extractor has improved or what refused them is corrected."""

from __future__ import annotations

import argparse

from monitor.services.upkeep import reread
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document

HELP = "Extract archived pages again: those an older extractor read, or those that ended in a named outcome"
EXAMPLES = ("reread", "reread no_text consent_page")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "outcome",
        nargs="*",
        metavar="OUTCOME",
        help="only the pages that ended so, such as no_text (default: all that an older extractor read)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Let the pages wait for the indexer again."""
    document = reread(load_app(), arguments.outcome)
    print_document(document) if arguments.json else console().print(document.message, soft_wrap=True)
    return 0
