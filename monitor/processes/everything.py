"""Runs the parts of an installation and shows how it stands until somebody stops it."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from threading import Event

from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from config.errors import ArchiveError
from monitor.app import App
from monitor.processes.supervisor import Supervisor
from monitor.services.status import Status, look, troubles
from monitor.terminal.live import newest, screen
from monitor.terminal.output import console, errors, plain

EVERY = 1.0  # seconds between two looks
SAY_EVERY = 60.0  # seconds between two lines where there is no terminal


def watch(app: App, *, footer: str = "") -> None:
    """Run crawler and indexer until SIGINT, SIGTERM or the end of the terminal, then stop both cleanly.

    Args:
        footer: a line of its own under the live view.

    Raises:
        ConfigError, ArchiveError: the installation cannot start.
    """
    if not app.settings.contact:
        errors().print("note: set `contact` to a mail or web address, so that site owners can reach you", style="dim")
    _ = app.morphology, app.configuration, app.archive  # what takes long or is wrong shows here, before anything starts
    stop = Event()
    outlives_terminal = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # as nohup wants it
    for name in (signal.SIGINT, signal.SIGTERM, *(() if outlives_terminal else (signal.SIGHUP,))):
        signal.signal(name, lambda *_: stop.set())
    with Supervisor(app.settings.data / "logs") as supervisor:
        supervisor.add("crawler", "crawl")
        supervisor.add("indexer", "index")
        if console().is_terminal:
            _show_live(app, supervisor, stop, footer)
        else:
            _say_lines(app, supervisor, stop)
    console().print("Stopped; everything collected is kept.")


def _show_live(app: App, supervisor: Supervisor, stop: Event, footer: str) -> None:
    with Live(console=console(), auto_refresh=False, screen=True) as live:
        while not stop.wait(EVERY):
            supervisor.tend(time.monotonic())
            view = _view(app, supervisor)
            live.update(Group(view, Text(footer, style="dim")), refresh=True)


def _view(app: App, supervisor: Supervisor) -> RenderableType:
    try:
        return screen(look(app, datetime.now(UTC)), newest(app), supervisor.troubles, app)
    except ArchiveError as error:  # the parts go on, and say so themselves
        return Text(f"! {plain(str(error))}", style="yellow")


def _say_lines(app: App, supervisor: Supervisor, stop: Event) -> None:
    of_parts: Sequence[str] = ()
    said: Sequence[str] = ()
    next_line = 0.0
    while not stop.wait(EVERY):
        now = time.monotonic()
        supervisor.tend(now)
        of_parts = _say(supervisor.troubles, of_parts)
        if now >= next_line:
            next_line = now + SAY_EVERY
            said = _say(_say_status(app), said)


def _say_status(app: App) -> Sequence[str]:
    try:
        status = look(app, datetime.now(UTC))
    except ArchiveError as error:  # the parts go on
        return [str(error)]
    console().print(_line(status), soft_wrap=True)
    return troubles(status)


def _say(wrong: Sequence[str], said: Sequence[str]) -> Sequence[str]:
    """Say what is wrong and was not said before; return what need not be said again."""
    for trouble in (trouble for trouble in wrong if trouble not in said):
        errors().print(plain(trouble), soft_wrap=True)
    return wrong


def _line(status: Status) -> str:
    health = ", ".join(f"{number} {name}" for name, number in status.by_health.most_common())
    pages = ", ".join(f"{number:,} {name}" for name, number in sorted(status.pages.items(), key=lambda item: -item[1]))
    return f"{status.at:%Y-%m-%d %H:%M:%S} UTC  feeds: {health}  pages: {pages or 'none yet'}"
