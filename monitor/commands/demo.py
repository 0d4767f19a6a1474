"""`parley demo`: the product against a bundled sample news site."""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from config.settings import load_settings
from monitor.demo.content import load_content
from monitor.demo.folder import plant_polls, start_afresh
from monitor.demo.newsroom import newsroom
from monitor.demo.overlay import write_overlay
from monitor.demo.server import serving
from monitor.demo.site import Site
from monitor.demo.sources import demo_sources
from monitor.demo.watching import plant_first_looks, tell, write_rules
from monitor.processes.everything import watch
from monitor.processes.supervisor import command_of
from monitor.terminal.installation import load_app
from monitor.terminal.next_commands import show_next_commands

HELP = "Try Parley on a bundled sample news site, without a network"
EXAMPLES = ("demo", "demo --once", "demo --once --small")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--once", action="store_true", help="collect and index everything, show how to search it, and exit"
    )
    parser.add_argument(
        "--small",
        action="store_true",
        help="only the 150 articles written by hand, without three months of generated ones",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve the sample site and run Parley on it, with a separate data folder."""
    folder = load_settings().data / "demo"
    content = load_content(datetime.now(UTC).date())
    sources = demo_sources(content.outlets.values())
    start_afresh(folder, content)
    write_overlay(folder / "config", sources)
    write_rules(folder)
    plant_first_looks(folder, datetime.now(UTC))
    if not arguments.small:
        content = newsroom(content)
        plant_polls(folder, content, sources)
    with serving(Site(content.today, content)) as server:
        # This process is the demonstration's, and so are the parts it starts.
        os.environ.update(_environment(folder, server.url))
        if arguments.once:
            return _once(folder / "logs")
        watch(load_app())
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


def _once(logs: Path) -> int:
    for name, word in (("crawler", "crawl"), ("indexer", "index")):
        done = subprocess.run(command_of(word, "--once", "--log-file", str(logs / f"{name}.log")))
        if done.returncode:
            return done.returncode
    app = load_app()
    tell(app)
    show_next_commands(app)
    return 0
