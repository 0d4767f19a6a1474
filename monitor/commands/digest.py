"""`parley digest`: what moved in a day, a week or another period, as Markdown, HTML or a mail."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config.errors import WrongArgument
from monitor.digests.mail import html_file, mail
from monitor.digests.writing import markdown
from monitor.services.digest import digest
from monitor.terminal import options
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, print_document

HELP = "Write a digest of a day, a week or another period: what moved and why, and what is new"
EXAMPLES = ("digest --week 2026-W47 > digest.md", "digest --day yesterday --html digest.html")

_SENDER = "Parley <parley@localhost>"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--day", metavar="DAY", help="a day, such as 2026-11-20 or yesterday")
    parser.add_argument("--week", metavar="WEEK", help="a week, such as 2026-W47")
    options.add_range(parser, "7 days ago")
    options.add_scope(parser, "count only what matches this")
    options.add_steady(parser, "the period and the one before")
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--html", metavar="FILE", type=Path, help="write an HTML page with its pictures inside it")
    forms.add_argument("--eml", metavar="FILE", type=Path, help="write a mail, with its pictures attached")
    add_json(forms)


def run(arguments: argparse.Namespace) -> int:
    """Write the digest, as Markdown to standard output unless something else is asked for."""
    document = digest(
        load_app(),
        day=arguments.day,
        week=arguments.week,
        since=arguments.since,
        until=arguments.until,
        scope=arguments.scope,
        steady=arguments.steady,
    )
    if arguments.json:
        print_document(document)
    elif arguments.html:
        _write(arguments.html, html_file(document).encode("utf-8", "replace"), "html")
    elif arguments.eml:
        _write(arguments.eml, mail(document).to_message(_SENDER, (), document).as_bytes(), "eml")
    else:
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
        sys.stdout.write(markdown(document))
    return 0


def _write(file: Path, content: bytes, field: str) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise WrongArgument(f"{file} cannot be written ({error.strerror}); choose another file", field=field) from None
