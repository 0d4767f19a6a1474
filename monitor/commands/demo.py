"""`parley demo`: the product against a bundled sample news site."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from config.settings import load_settings
from monitor.demo.content import load_content
from monitor.demo.overlay import write_overlay
from monitor.demo.server import serving
from monitor.demo.site import Site
from monitor.demo.sources import demo_sources
from monitor.processes.everything import watch
from monitor.processes.supervisor import command_of
from monitor.terminal.installation import load_app
from monitor.terminal.output import console

HELP = "Try everything in a minute on a bundled sample news site, without network"
EXAMPLES = ("demo", "demo --once")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--once", action="store_true", help="collect and index all of it, say how to search it, and end"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve the sample site and run Parley against it, with data of its own."""
    folder = load_settings().data / "demo"
    content = load_content(datetime.now(UTC).date())
    write_overlay(folder / "config", demo_sources(content.outlets.values()))
    with serving(Site(content.today, content)) as server:
        os.environ.update(
            _environment(folder, server.url)
        )  # this process is the demonstration's, and so are the parts it starts
        if arguments.once:
            return _once(folder)
        watch(
            load_app(),
            footer=f"In another terminal:  export {'  '.join(_exports(folder))}  then  {_command()} search truce",
        )
    return 0


def _environment(folder: Path, proxy: str) -> Mapping[str, str]:
    return {
        "PARLEY_DATA": str(folder),
        "PARLEY_CONFIG": str(folder / "config"),
        "PARLEY_ENGINE": "",
        "PARLEY_PROXY": proxy,
        "PARLEY_ALLOW_PRIVATE": "127.0.0.1",
        "PARLEY_DELAY": "0",
        "PARLEY_CONTACT": "demo@parley.example",
    }


def _command() -> str:
    """Return how this command was called, so that what is printed can be typed."""
    return sys.argv[0] if Path(sys.argv[0]).name == "parley" else "parley"


def _exports(folder: Path) -> tuple[str, ...]:
    return f"PARLEY_DATA={folder}", f"PARLEY_CONFIG={folder / 'config'}"


def _once(folder: Path) -> int:
    for part in (["crawl", "--once"], ["index", "--once"]):
        done = subprocess.run(command_of(*part))
        if done.returncode:
            return done.returncode
    screen = console()
    screen.print("\nNow ask it something. This line turns this shell to the demonstration's data:\n", soft_wrap=True)
    screen.print(f"  export {' '.join(_exports(folder))}\n", soft_wrap=True)
    for words in (
        'search "truce"',
        "search 'theme:truce AND class:wire' --since 14d",
        "trends truce --since 14d",
        "status",
    ):
        screen.print(f"  {_command()} {words}", soft_wrap=True)
    return 0
