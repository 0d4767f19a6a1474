"""`parley repair`: rebuild what can be rebuilt of damaged, missing or foreign files."""

from __future__ import annotations

import argparse

from monitor.services.upkeep import repair
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_document

HELP = "Repair files of the data folder that are damaged, missing or do not belong together; nothing is deleted"
EXAMPLES = ("repair",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Repair, and print what was done."""
    document = repair(load_app())
    if arguments.json:
        print_document(document)
        return 0
    for sentence in document.repaired:
        console().print(plain(sentence), soft_wrap=True)
    for sentence in document.remaining:
        console().print(plain(f"! not repaired: {sentence}"), style="yellow", soft_wrap=True)
    if document.repaired:
        console().print("Next, run `parley index --once`, then `parley verify`.")
    elif document.remaining:
        console().print("Nothing else is wrong that could be repaired here.")
    else:
        console().print("Found nothing to repair. `parley verify` checks every page and article.", soft_wrap=True)
    return 0
