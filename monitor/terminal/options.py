"""What commands that count are given: themes, queries with a name, a range of time and a scope."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence

from config.errors import WrongArgument

# What stands before the first = is a name when it could not be a query of fields.
_NAME = re.compile(r"\s*([^\s=:\"()][^=:\"()]{0,59}?)\s*=(.*)", re.DOTALL)


def add_questions(parser: argparse.ArgumentParser, *, help: str = "theme ids, see `parley themes`") -> None:
    """Give the command its themes and queries."""
    parser.add_argument("themes", nargs="*", metavar="THEME", help=help)
    parser.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="NAME=QUERY",
        help="a query in addition to, or instead of, themes; repeatable",
    )


def add_range(parser: argparse.ArgumentParser, default: str) -> None:
    """Give the command its range of time."""
    parser.add_argument(
        "--since", metavar="TIME", help=f"first moment: 2026-11-01, yesterday, 7d, 1M … (default: {default})"
    )
    parser.add_argument("--until", metavar="TIME", help="last day or moment (default: now)")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Give the command its scope."""
    parser.add_argument("--scope", metavar="QUERY", help="what the share is a share of (default: every article)")


def queries(texts: Sequence[str]) -> dict[str, str]:
    """Return name → query from `NAME=QUERY` each, in the order given; a query without a name is its own.

    Raises:
        WrongArgument: two have the same name.
    """
    queries: dict[str, str] = {}
    for text in texts:
        match = _NAME.fullmatch(text)
        name, query = (match[1], match[2].strip()) if match else (text.strip(), text)
        if name in queries:
            message = f'two queries have the name "{name}"; rename one: --query "NAME={query}"'
            raise WrongArgument(message, field="queries")
        queries[name] = query
    return queries
