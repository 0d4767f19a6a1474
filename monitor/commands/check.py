"""`parley check`: every mistake in settings, sources and themes, all at once."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from config.check import check
from config.errors import ConfigError, Problem, QueryError
from crawler import kinds
from indexer.engine import check_address
from indexer.query.parse import QueryContext, parse_query
from indexer.themes.compile import compile_themes
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, print_json

HELP = "Name every mistake in settings, sources and themes"
EXAMPLES = ("check", "check --json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the problems, and what is doubtful; exit code 1 when there is a problem."""
    problems, doubts = _found()
    if arguments.json:
        print_json({"problems": [*map(_document, problems)], "warnings": [*map(_document, doubts)]})
        return 1 if problems else 0
    for line in (*map(str, problems), *(f"warning: {doubt}" for doubt in doubts)):
        errors().print(line, soft_wrap=True)
    if not problems:
        app = load_app()
        console().print(f"All is well: {len(app.sources)} sources, {len(app.themes)} themes.")
    return 1 if problems else 0


def _document(problem: Problem) -> dict[str, str]:
    return {"where": problem.where, "message": problem.message}


def _found() -> tuple[Sequence[Problem], Sequence[Problem]]:
    """Return what is wrong and what is doubtful."""
    try:
        app = load_app()
    except ConfigError as wrong:
        return wrong.problems, ()
    problems = [*check_address(app.settings.engine_url), *check(app.settings, kinds.checks(app.settings.config))]
    if problems:
        return problems, ()
    context = app.context()
    broken = list(_broken_fragments(context))
    try:
        compiled = compile_themes(app.themes, context)
    except ConfigError as wrong:
        return (*broken, *wrong.problems), ()
    return broken, [Problem(f"theme {theme.id}", remark.message) for theme in compiled for remark in theme.diagnostics]


def _broken_fragments(context: QueryContext) -> Iterator[Problem]:
    """Yield fragments that cannot be asked, be it that no theme names them yet."""
    for fragment in context.fragments:
        try:
            parse_query(f"@{fragment.id}", context=context)
        except QueryError as wrong:
            yield Problem(f"fragment {fragment.id}", str(wrong))
