"""`parley backup DIR`: a copy of all that cannot be made again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from monitor.backup import back_up
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_json

HELP = "Copy archive, themes and configuration to a new folder while everything runs"
EXAMPLES = ("backup ~/parley-2026-11-26",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that is not there yet")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Back up."""
    app = load_app()
    size = back_up(app.archive, app.settings.config, arguments.folder.absolute(), datetime.now(UTC))
    if arguments.json:
        print_json({"folder": str(arguments.folder), "bytes": size})
    else:
        console().print(f"{arguments.folder} holds a backup of {size / 1e6:,.1f} MB. `parley restore` puts it back.")
    return 0
