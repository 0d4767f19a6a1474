"""`parley open`: the original of an article in the browser."""

from __future__ import annotations

import argparse
import webbrowser

from monitor.services.articles import find_article
from monitor.terminal.installation import load_app
from monitor.terminal.output import console, plain

HELP = "Open the original article in your browser, or print its address if there is no browser"
EXAMPLES = ("open f066061f",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("id", metavar="ID", help="id of the article, at least its first 8 characters, or its address")


def run(arguments: argparse.Namespace) -> int:
    """Open the address and print it, so that it can be copied where no browser shows it."""
    url = find_article(load_app(), arguments.id).url
    webbrowser.open(url)
    console().print(plain(url), soft_wrap=True)
    return 0
