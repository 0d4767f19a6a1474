"""`parley status`: the state of the installation."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from config.errors import RequestFailed
from crawler.health import HealthName, ago
from crawler.outcomes import Outcome, sentence_of
from crawler.presence import ROLES, Role
from monitor.sentences import counted
from monitor.services.status import Status, idle_roles, look, to_document, troubles, unwell_rows
from monitor.terminal.installation import load_app
from monitor.terminal.output import add_json, console, plain, print_document, table
from monitor.terminal.times import clock

HELP = "Show the state of the installation: feeds by health, pages by state, problems"
EXAMPLES = ("status", "status --check crawler indexer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--check",
        nargs="+",
        choices=ROLES,
        metavar="ROLE",
        help="only check that these processes (crawler, indexer, alerts) run and get ahead; the exit code is 1 if one does not",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the status."""
    app = load_app()
    if arguments.check:
        if reasons := idle_roles(app, arguments.check):
            raise RequestFailed("\n".join(reasons.values()), field="check")
        return 0
    status = look(app, datetime.now(UTC))
    print_document(to_document(status)) if arguments.json else _show(status, app.zone)
    return 0


def _show(status: Status, zone: ZoneInfo) -> None:
    screen = console()
    for name, value in _lines(status, zone).items():
        screen.print(Text(f"{name:>10}  ", style="dim").append(plain(value), style="not dim"), soft_wrap=True)
    for trouble in troubles(status):
        screen.print(Text(f"\n! {plain(trouble)}", style="yellow"), soft_wrap=True)
    if status.unwell:
        screen.print()
        screen.print(table("Feeds with problems", ["feed", "health", "why"], unwell_rows(status)))


def _lines(status: Status, zone: ZoneInfo) -> dict[str, str]:
    return {
        **{role: _doing(status, role) for role in ROLES},
        "feeds": (_counts(dict(status.by_health)) or "none") + _slowed(status.slowed),
        "last poll": clock(status.last_poll, zone) if status.last_poll else "never",
        "addresses": _waiting(status),
        "pages": _counts({sentence_of(state): number for state, number in status.pages.items()})
        or "none collected yet",
        "articles": "unknown" if status.articles is None else f"{status.articles:,}",
        "engine": status.engine + (f" ({status.engine_trouble})" if status.engine_trouble and not status.kept else ""),
        "data": status.data,
    }


def _slowed(number: int) -> str:
    if not number:
        return ""
    return f"; {number:,} polled less often than configured, because their domains allow no more requests"


def _waiting(status: Status) -> str:
    if status.oldest_wanted is None:
        return "none due to be fetched"
    waiting = counted(status.addresses.get(Outcome.WANTED, 0), "address", "addresses")
    return f"{waiting} to be fetched; the oldest has been due for {ago(status.at - status.oldest_wanted)}"


def _doing(status: Status, role: Role) -> str:
    heartbeat = status.heartbeats[role]
    if role in status.silent or (heartbeat and heartbeat.stuck):
        return "stuck"
    return heartbeat.doing if heartbeat else "not running"


def _counts(numbers: Mapping[HealthName, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in sorted(numbers.items(), key=lambda item: -item[1]))
