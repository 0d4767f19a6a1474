"""`parley reread`: read archived pages again, since the extractor has improved or what refused them is mended."""

from __future__ import annotations

import argparse

from config.errors import ConfigError, Problem
from crawler.outcomes import Outcome
from indexer.jobs.reread import reread
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, counted, print_json

HELP = "Read archived pages again: those an older extractor read, or those that ended in a named outcome"
EXAMPLES = ("reread", "reread no_text consent_page")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "outcome",
        nargs="*",
        metavar="OUTCOME",
        help="only the pages that ended so, such as no_text (default: all whose text is not this extractor's)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Let the pages wait for the indexer again."""
    app = load_app()
    known = set(app.archive.count_pages_by_state()) - {Outcome.PENDING}
    if unknown := [outcome for outcome in arguments.outcome if outcome not in known]:
        cure = f"no page ended so; those there are: {', '.join(sorted(known)) or 'none'}"
        raise ConfigError([Problem(outcome, cure) for outcome in unknown])
    with app.archive.database.write() as connection:
        again = reread(connection, arguments.outcome or known)
    message = f"{counted(again, 'page')} to be read again by `parley run` or `parley index`."
    print_json({"pages": again, "message": message}) if arguments.json else console().print(message)
    return 0
