"""Runs all parts, and shows the state of the installation until it is stopped."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from config.errors import ArchiveError
from config.logs import get_logger, start_logging
from monitor.app import App
from monitor.processes.supervisor import Supervisor
from monitor.services.overview import Overview, overview
from monitor.services.status import troubles
from monitor.terminal.live import screen
from monitor.terminal.next_commands import command_line, show_next_commands
from monitor.terminal.output import console, errors, plain

INTERVAL = 1.0  # seconds between two updates of the screen
LOG_INTERVAL = 60.0  # seconds between two log lines without a terminal

log = get_logger(__name__)


def watch(app: App) -> None:
    """Run all parts until SIGINT, SIGTERM or SIGHUP, then stop them cleanly.

    Raises:
        ConfigError, ArchiveError: the installation cannot start.
    """
    settings, logs = app.settings, app.settings.data / "logs"
    if not settings.contact:
        errors().print("note: set `contact` to an email or web address so that site owners can reach you", style="dim")
    app.make_archive()
    _ = app.morphology, app.configuration, app.archive  # anything slow or wrong shows here, before the parts start
    start_logging(
        settings.log_level, settings.log_format, file=logs / "parley.log", to_stderr=not console().is_terminal
    )
    stop = Event()
    outlives_terminal = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN  # started with nohup
    for name in (signal.SIGINT, signal.SIGTERM, *(() if outlives_terminal else (signal.SIGHUP,))):
        signal.signal(name, lambda *_: stop.set())
    with Supervisor(settings.data, logs) as supervisor:
        supervisor.add("crawler", "crawl", "--log-file", str(logs / "crawler.log"))
        supervisor.add("indexer", "index", "--log-file", str(logs / "indexer.log"))
        supervisor.add("server", "serve", "--log-file", str(logs / "server.log"))
        supervisor.add("alerts", "alerts", "run", "--log-file", str(logs / "alerts.log"))
        if console().is_terminal:
            _show_screen(app, supervisor, stop)
        else:
            _log_status(app, supervisor, stop)
    console().print(f"Stopped; everything collected is kept. Logs are in {logs}.", soft_wrap=True)
    show_next_commands(app)


def _show_screen(app: App, supervisor: Supervisor, stop: Event) -> None:
    with Live(console=console(), auto_refresh=False, screen=True) as live:
        while not stop.wait(INTERVAL):
            supervisor.tend(time.monotonic())
            live.update(_screen(app, supervisor, live.console.width, live.console.height), refresh=True)


def _screen(app: App, supervisor: Supervisor, width: int, height: int) -> RenderableType:
    try:
        current = overview(app, datetime.now(UTC))
    except ArchiveError as error:  # the parts keep running and report it themselves
        return Text(f"! {plain(str(error))}", style="yellow")
    hint = f"In another terminal: {command_line('search', 'truce')}"
    doing = supervisor.states(time.monotonic())
    return screen(current, doing, supervisor.troubles, hint, width=width, height=height)


def _log_status(app: App, supervisor: Supervisor, stop: Event) -> None:
    problems = _Problems()
    next_line = 0.0
    while not stop.wait(INTERVAL):
        now = time.monotonic()
        supervisor.tend(now)
        if now < next_line:
            continue
        next_line = now + LOG_INTERVAL
        try:
            current = overview(app, datetime.now(UTC))
        except ArchiveError as error:  # the parts keep running
            problems.log([str(error)])
        else:
            log.info("status", **supervisor.states(now), **_fields(current))
            problems.log(troubles(current.status))


@dataclass(slots=True)
class _Problems:
    """Logs each problem when it appears, but not again while it lasts."""

    logged: Sequence[str] = field(default_factory=list)

    def log(self, problems: Iterable[str]) -> None:
        problems = list(problems)
        for problem in problems:
            if problem not in self.logged:
                log.warning("problem", detail=problem)
        self.logged = problems


def _fields(current: Overview) -> dict[str, object]:
    status = current.status
    return {
        "feeds": len(status.feeds),
        "feeds_to_look_at": len(status.unwell),
        "pages": sum(status.pages.values()),
        "pages_pending": status.pages.get("pending", 0),
        "articles": status.articles,
        "articles_today": current.articles_today,
    }
