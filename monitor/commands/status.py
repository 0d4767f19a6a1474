"""`parley status`: how everything stands, in words."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from rich.text import Text

from crawler.presence import ROLES, Role
from monitor.services.status import FeedHealth, Status, heartbeat_of, look, troubles, unwell_rows
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, errors, plain, print_json, table

HELP = "Say how everything stands: feeds by health, pages by state, what is wrong"
EXAMPLES = ("status", "status --check crawler indexer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--check",
        nargs="+",
        choices=ROLES,
        metavar="ROLE",
        help="say only whether these work (crawler, indexer): exit code 1 when one has no heartbeat",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the status."""
    if arguments.check:
        return _check(arguments.check)
    status = look(load_app(), datetime.now(UTC))
    print_json(_document(status)) if arguments.json else _show(status)
    return 0


def _check(roles: Sequence[Role]) -> int:
    """Check that each role has a heartbeat; a process that waits for an engine has one, and is well."""
    data, now = load_app().settings.data, datetime.now(UTC)
    silent = [role for role in roles if heartbeat_of(data, role, now) is None]
    for role in silent:
        errors().print(f"no heartbeat from the {role} in {data}; start it with `parley run`", soft_wrap=True)
    return 1 if silent else 0


def _document(status: Status) -> dict[str, object]:
    return {
        "at": status.at,
        "data": status.data,
        "engine": {"address": status.engine, "articles": status.articles, "trouble": status.engine_trouble},
        "articles": status.articles,
        "kept": status.kept,
        "feeds": dict(status.by_health),
        "unwell": [_feed_document(item) for item in status.unwell],
        "pages": status.pages,
        "addresses": status.addresses,
        "last_poll": status.last_poll,
        "oldest_pending": status.oldest_pending,
        "crawler": status.crawler,
        "indexer": status.indexer,
        "troubles": troubles(status),
    }


def _feed_document(item: FeedHealth) -> dict[str, object]:
    return {"id": item.feed.id, "url": item.feed.url, "health": item.health.name, "why": item.health.sentence}


def _show(status: Status) -> None:
    screen = console()
    for name, said in _lines(status).items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(said), style=""), soft_wrap=True)
    for trouble in troubles(status):
        screen.print(Text(f"\n! {plain(trouble)}", style="yellow"), soft_wrap=True)
    if status.unwell:
        screen.print()
        screen.print(table("Feeds to look at", ["feed", "health", "why"], unwell_rows(status)))


def _lines(status: Status) -> dict[str, str]:
    return {
        "crawler": status.crawler.doing if status.crawler else "not running",
        "indexer": status.indexer.doing if status.indexer else "not running",
        "feeds": _counts(status.by_health),
        "last poll": f"{status.last_poll:%Y-%m-%d %H:%M:%S} UTC" if status.last_poll else "never",
        "pages": _counts(status.pages) or "none collected yet",
        "articles": "unknown" if status.articles is None else f"{status.articles:,}",
        "engine": status.engine + (f" ({status.engine_trouble})" if status.engine_trouble else ""),
        "data": status.data,
    }


def _counts(numbers: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(numbers.items(), key=lambda item: -item[1]))
