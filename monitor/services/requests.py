"""Work that only the one indexer may do: asked of it where it runs, done by the command itself where none does."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from config.errors import AlreadyRunning, EngineUnavailable
from crawler.presence import only_one
from indexer.jobs import requests
from monitor.app import App

LOOK = 0.3  # seconds between two looks at a running indexer's progress

DoneT = TypeVar("DoneT")
Show = Callable[[float, str], None]  # share done, 0 to 1, and what is under way


def have_done(app: App, work: requests.Work, argument: str, *, become: Callable[[], DoneT], show: Show) -> DoneT | None:
    """Have the work done and return what `become` does, or None where a running indexer did it.

    Args:
        argument: as `indexer.jobs.requests.Request` says.
        become: does the work; called as the one indexer.

    Raises:
        EngineUnavailable: the running indexer could not do it; says why.
        ParleyError: as `become` does.
    """
    number: int | None = None
    while True:
        try:
            with only_one(app.settings.data, "indexer"):
                if number is not None:
                    _withdraw(app, number)
                return become()
        except AlreadyRunning:
            number = _ask(app, work, argument) if number is None else number
        if _is_done(app, number, show):
            return None
        time.sleep(LOOK)


def _ask(app: App, work: requests.Work, argument: str) -> int:
    with app.archive.database.write() as connection:
        return requests.ask(connection, work, argument, datetime.now(UTC))


def _is_done(app: App, number: int, show: Show) -> bool:
    with app.archive.database.read() as connection:
        request = requests.look_up(connection, number)
    show(request.progress, request.message)
    if request.state == "failed":
        raise EngineUnavailable(request.message)
    return request.state == "done"


def _withdraw(app: App, number: int) -> None:
    """The indexer that was asked has ended; the command does the work."""
    with app.archive.database.write() as connection:
        requests.report(connection, number, "done", 1.0, "done by the command that asked")
