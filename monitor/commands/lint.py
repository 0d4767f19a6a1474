"""`parley lint`: what is wrong or doubtful about a query, without running it."""

from __future__ import annotations

import argparse

from monitor.services.queries import lint
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_document
from monitor.terminal.parser import Parser
from monitor.terminal.remarks import rendered

HELP = "Check a query for mistakes and suggest how to correct them"
EXAMPLES = ("lint truce and talks",)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query("see docs/queries.md")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the remarks; exit code 1 when one is an error."""
    document = lint(load_app(), arguments.query)
    if arguments.json:
        print_document(document)
    else:
        for remark in document.diagnostics:
            console().print(rendered(arguments.query, remark), soft_wrap=True)
        if not document.diagnostics:
            console().print("No problems found.")
    return 1 if any(remark.severity == "error" for remark in document.diagnostics) else 0
