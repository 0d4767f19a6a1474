"""`parley run`: collect, index and watch, all on this machine."""

from __future__ import annotations

import argparse

from monitor.processes.everything import watch
from monitor.terminal.installation import load_app

HELP = "Collect, index and show progress until Ctrl-C"
EXAMPLES = ("run",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Run everything until it is stopped."""
    watch(load_app())
    return 0
