"""`parley run`: collect, index and watch, all on this machine."""

from __future__ import annotations

import argparse

from monitor.app import App
from monitor.watching import watch

HELP = "Collect, index and show what happens, until Ctrl-C"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Run everything until it is stopped."""
    watch(App.load())
    return 0
