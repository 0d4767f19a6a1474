"""What commands that count are given: themes, queries with a name, a range of time and a scope."""

from __future__ import annotations

import argparse


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
