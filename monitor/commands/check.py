"""`parley check`: every mistake in settings, sources and themes, all at once."""

from __future__ import annotations

import argparse

from monitor.documents.operations import CheckDocument
from monitor.sentences import counted
from monitor.services.checks import check
from monitor.terminal.installation import load_app_to_check
from monitor.terminal.output import add_json, console, errors, plain, print_document

HELP = "Report all mistakes in settings, sources and themes"
EXAMPLES = ("check", "check --json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the problems, and what is doubtful; exit code 1 when there is a problem."""
    document = check(load_app_to_check())
    print_document(document) if arguments.json else _show(document)
    return 1 if document.problems else 0


def _show(document: CheckDocument) -> None:
    for problem in document.problems:
        errors().print(plain(f"{problem.where}: {problem.message}"), soft_wrap=True)
    for warning in document.warnings:
        errors().print(plain(f"warning: {warning.where}: {warning.message}"), soft_wrap=True)
    if not document.problems:
        sources, themes = counted(document.sources, "source"), counted(document.themes, "theme")
        rules = f", {counted(document.alerts, 'alert rule')}" if document.alerts else ""
        console().print(f"No problems found: {sources}, {themes}{rules}.")
