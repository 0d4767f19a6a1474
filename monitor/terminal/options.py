"""What commands that count are asked: themes, queries with a name, a range of time and a scope."""

from __future__ import annotations

import argparse
import re
from datetime import datetime, timedelta

from config.errors import NotFound, QueryError
from config.nearest import suggestion
from config.themes import Theme
from indexer.query.tree import Everything, Node, Value
from monitor.app import App
from monitor.services.times import check_order, parse_range
from monitor.terminal.remarks import show_warnings

# What stands before the first = is a name when it could not be a query of fields.
_NAMED = re.compile(r"\s*([^\s=:\"()][^=:\"()]{0,59}?)\s*=(.*)", re.DOTALL)


def add_questions(parser: argparse.ArgumentParser) -> None:
    """Give the command its themes and queries."""
    parser.add_argument("themes", nargs="*", metavar="THEME", help="theme ids, see `parley themes`")
    parser.add_argument(
        "--query",
        action="append",
        default=[],
        metavar="NAME=QUERY",
        help="a query beside or instead of themes; repeat it",
    )


def add_range(parser: argparse.ArgumentParser, default: str) -> None:
    """Give the command its range of time."""
    parser.add_argument("--since", metavar="TIME", help=f"first moment: 2026-11-01, 7d, 4w … (default: {default})")
    parser.add_argument("--until", metavar="TIME", help="last day or moment (default: now)")


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Give the command its scope."""
    parser.add_argument("--scope", metavar="QUERY", help="what the share is a share of (default: every article)")


def questions(app: App, arguments: argparse.Namespace) -> dict[str, Node]:
    """Return name → what is asked, in the order given; a query without a name is its own.

    Raises:
        QueryError: nothing is asked, there is no such theme, a query cannot be asked, or a name comes twice.
    """
    found: dict[str, Node] = {id: theme(app, id) for id in arguments.themes}
    for text in arguments.query:
        name, query = _parted(text)
        if name in found:
            raise QueryError(f'"{name}" is asked twice; give the query another name: --query "NAME={query}"')
        found[name] = _node(app, query)
    if not found:
        raise QueryError("name a theme (see `parley themes`) or give --query 'NAME=QUERY'")
    return found


def theme(app: App, id: str) -> Node:
    """Return what asks for the theme's tag.

    Raises:
        NotFound: there is no such theme.
    """
    return Value("themes", frozenset({theme_called(app, id).id}))


def theme_called(app: App, id: str) -> Theme:
    """Return the theme of that id.

    Raises:
        NotFound: there is none.
    """
    known = {theme.id: theme for theme in app.themes}
    if id not in known:
        raise NotFound(f'there is no theme "{id}"{suggestion(id, known)} ({", ".join(sorted(known))})')
    return known[id]


def scope(app: App, arguments: argparse.Namespace) -> Node:
    """Return the scope asked for, everything where none is.

    Raises:
        QueryError: it cannot be asked as it stands.
    """
    return _node(app, arguments.scope) if arguments.scope else Everything()


def between(app: App, arguments: argparse.Namespace, now: datetime, default: timedelta) -> tuple[datetime, datetime]:
    """Return the range asked for, UTC.

    Raises:
        QueryError: it is no time, or ends before it starts.
    """
    since, until = parse_range(arguments.since, arguments.until, now=now, zone=app.zone)
    end = until or now
    start = since or end - default
    check_order(start, end, app.zone)
    return start, end


def _parted(text: str) -> tuple[str, str]:
    named = _NAMED.fullmatch(text)
    return (named[1], named[2].strip()) if named else (text.strip(), text)


def _node(app: App, text: str) -> Node:
    query = app.query(text)
    show_warnings(query.text, query.diagnostics)
    return query.node
