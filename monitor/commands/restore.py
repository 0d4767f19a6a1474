"""`parley restore DIR`: put a backup back."""

from __future__ import annotations

import argparse
from pathlib import Path

from monitor.services.upkeep import restore
from monitor.terminal.installation import load_app
from monitor.terminal.next_commands import command_line
from monitor.terminal.output import add_json, console, print_document

HELP = "Restore a backup into an empty data folder"
EXAMPLES = ("restore ~/parley-2026-11-26",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `parley backup` created")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore."""
    document, config = restore(load_app(), arguments.folder), arguments.folder / "config"
    if arguments.json:
        print_document(document)
        return 0
    screen = console()
    screen.print(f"{document.data} contains the archive of the backup.", soft_wrap=True)
    if not document.configuration and config.is_dir():
        screen.print(f"Your configuration was not changed; that of the backup is in {config}.", soft_wrap=True)
    screen.print("\nNext, fill the index from the archive, or continue collecting, which fills it too:\n")
    for words in (["index", "--once"], ["run"]):
        screen.print(f"  {command_line(*words)}", soft_wrap=True)
    return 0
