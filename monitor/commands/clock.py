"""`parley clock`: whether the clock is believed, and believing it after a jump."""

from __future__ import annotations

import argparse

from monitor.services.upkeep import look_at_clock
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document

HELP = "Show whether the clock is believed; after a jump ahead, nothing is deleted for its age until it is"
EXAMPLES = ("clock", "clock --confirm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--confirm", action="store_true", help="the clock is right: believe it now")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print whether the clock is believed."""
    document = look_at_clock(load_app(), confirm=arguments.confirm)
    print_document(document) if arguments.json else console().print(document.message, soft_wrap=True)
    return 0
