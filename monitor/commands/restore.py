"""`parley restore DIR`: put a backup back."""

from __future__ import annotations

import argparse
from pathlib import Path

from monitor.backup import restore
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_json

HELP = "Put a backup back into an empty data folder; `parley rebuild` then makes the index"
EXAMPLES = ("restore ~/parley-2026-11-26",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that `parley backup` made")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Restore."""
    settings = load_app().settings
    with_config = restore(arguments.folder, settings.data, settings.config)
    if arguments.json:
        print_json({"data": str(settings.data), "configuration": with_config})
        return 0
    console().print(f"{settings.data} holds the archive of the backup. Run `parley rebuild` to make its index.")
    if not with_config and (arguments.folder / "config").is_dir():
        console().print(f"The configuration was left alone; that of the backup is in {arguments.folder / 'config'}.")
    return 0
