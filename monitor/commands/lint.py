"""`parley lint`: what is wrong or doubtful about a query, without asking it."""

from __future__ import annotations

import argparse

from indexer.query.parse import lint_query
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, print_json
from monitor.terminal.parser import Parser
from monitor.terminal.remarks import document, shown

HELP = "Say what is wrong or doubtful about a query, and how to say it instead"
EXAMPLES = ("lint truce and talks",)


def add_arguments(parser: Parser) -> None:
    """Declare the arguments."""
    parser.add_query("see docs/queries.md")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the remarks; exit code 1 when one is an error."""
    app = load_app()
    remarks = lint_query(arguments.query, context=app.context())
    if arguments.json:
        print_json(document(remarks))
    else:
        for remark in remarks:
            console().print(shown(arguments.query, remark), soft_wrap=True)
        if not remarks:
            console().print("Nothing to remark.")
    return 1 if any(remark.severity == "error" for remark in remarks) else 0
