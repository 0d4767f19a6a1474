"""`parley backup DIR`: a copy of all that cannot be made again."""

from __future__ import annotations

import argparse
from pathlib import Path

from monitor.services.upkeep import back_up
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_document

HELP = "Copy the archive and the configuration to a new folder; nothing needs to be stopped"
EXAMPLES = ("backup ~/parley-2026-11-26",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Back up."""
    document = back_up(load_app(), arguments.folder)
    if arguments.json:
        print_document(document)
    else:
        size = f"{document.bytes / 1e6:,.1f} MB"
        console().print(
            f"{arguments.folder} contains a backup of {size}. `parley restore` restores it.", soft_wrap=True
        )
        for sentence in document.damaged:
            console().print(plain(f"! damaged, and copied as it is: {sentence}"), style="yellow", soft_wrap=True)
    return 0
