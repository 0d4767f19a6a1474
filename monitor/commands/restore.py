"""`parley restore DIR`: put a backup back."""

from __future__ import annotations

import argparse
from pathlib import Path

from monitor.services.upkeep import restore
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document

HELP = "Put a backup back into an empty data folder; `parley rebuild` then makes the index"
EXAMPLES = ("restore ~/parley-2026-11-26",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `parley backup` made")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore."""
    document, config = restore(load_app(), arguments.folder), arguments.folder / "config"
    if arguments.json:
        print_document(document)
        return 0
    screen = console()
    screen.print(
        f"{document.data} holds the archive of the backup. Run `parley rebuild` to make its index.", soft_wrap=True
    )
    if not document.configuration and config.is_dir():
        screen.print(f"The configuration was left alone; that of the backup is in {config}.", soft_wrap=True)
    return 0
