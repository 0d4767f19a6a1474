"""What commands that count are given: themes, queries with a name, a range of time and a scope."""

from __future__ import annotations

import argparse
from typing import get_args

from indexer.trends.calendar import Interval
from indexer.trends.spikes import Sensitivity
from indexer.trends.splits import By
from monitor.services.trends import LARGEST


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


def add_scope(parser: argparse.ArgumentParser, limits: str = "what the share is a share of") -> None:
    """Give the command its scope.

    Args:
        limits: what the query does, for the help.
    """
    parser.add_argument("--scope", metavar="QUERY", help=f"{limits} (default: every article)")


def add_steady(parser: argparse.ArgumentParser, during: str) -> None:
    """Let the command count only some sources.

    Args:
        during: the time throughout which they delivered, for the help.
    """
    parser.add_argument(
        "--steady", action="store_true", help=f"count only the sources that delivered throughout {during}"
    )


def add_counting(parser: argparse.ArgumentParser) -> None:
    """Declare how themes and queries are counted over time: `--interval`, range, scope, `--split` and its size, and shares."""
    parser.add_argument(
        "--interval", choices=get_args(Interval), default="day", help="width of a bucket (default: day)"
    )
    add_range(parser, "depends on the interval")
    add_scope(parser)
    parser.add_argument("--split", choices=get_args(By), help="add a series for each of these groups")
    parser.add_argument(
        "--most",
        type=int,
        default=LARGEST,
        metavar="N",
        help=f"show the N largest groups, combine the rest (default: {LARGEST})",
    )
    parser.add_argument(
        "--corrected",
        action="store_true",
        help="show shares among the sources that delivered throughout, see docs/trends.md",
    )
    parser.add_argument(
        "--sensitivity",
        choices=get_args(Sensitivity),
        default="medium",
        help="how readily spikes are reported (default: medium)",
    )
