"""`parley check`: every mistake in settings, sources and themes, all at once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from config.check import check
from config.errors import ConfigError, Problem
from crawler import kinds
from indexer.query.theme import compile_themes
from monitor.app import App
from monitor.output import add_json, console, errors, print_json

HELP = "Name every mistake in settings, sources and themes"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the problems; exit code 1 when there is one."""
    problems = _problems()
    if arguments.json:
        print_json({"problems": [{"where": problem.where, "message": problem.message} for problem in problems]})
    elif problems:
        for problem in problems:
            errors().print(str(problem), soft_wrap=True)
    else:
        app = App.load()
        console().print(f"All is well: {len(app.sources)} sources, {len(app.themes)} themes.")
    return 1 if problems else 0


def _problems() -> Sequence[Problem]:
    try:
        app = App.load()
    except ConfigError as wrong:
        return wrong.problems
    if problems := check(app.settings, kinds.checks()):
        return problems
    try:
        compiled = compile_themes(app.themes, app.context(app.watch.current))
    except ConfigError as wrong:
        return wrong.problems
    return [
        Problem(f"theme {theme.id}", f"warning: {remark.message}") for theme in compiled for remark in theme.diagnostics
    ]
