"""Work that only the one indexer may do: asked of it where it runs, done by the command itself where none does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from config.errors import AlreadyRunning
from crawler.presence import only_one
from indexer.jobs import requests
from monitor.app import App
from monitor.services.requests import ask, progress, result

LOOK = 0.3  # seconds between two looks at a running indexer's progress

DoneT = TypeVar("DoneT")
Show = Callable[[float, str], None]  # share done, 0 to 1, and what is under way


def have_done(app: App, work: requests.Work, argument: str, *, become: Callable[[], DoneT], show: Show) -> DoneT | None:
    """Have the work done and return what `become` does, or None where a running indexer did it.

    An interruption (Ctrl-C) cancels the work, whoever does it.

    Args:
        argument: as `indexer.jobs.requests.Request` says.
        become: does the work; called as the one indexer.

    Raises:
        RequestFailed: the running indexer could not do it; says why.
        ArchiveError: the files of the archive do not belong together.
        ParleyError: as `become` does.
    """
    app.archive.check()
    id: int | None = None
    while True:
        try:
            with only_one(app.settings.data, "indexer"):
                if id is not None:
                    _withdraw(app, id)
                return become()
        except AlreadyRunning:
            id = ask(app, work, argument).id if id is None else id
        request = progress(app, id)
        show(request.progress, request.message)
        if request.state in ("done", "failed", "cancelled"):
            result(app, id)
            return None
        try:
            time.sleep(LOOK)
        except KeyboardInterrupt:
            with app.archive.database.write() as connection:
                requests.cancel(connection, id)
            raise


def _withdraw(app: App, id: int) -> None:
    """Close the request: the indexer that was asked has ended, and the command does the work."""
    with app.archive.database.write() as connection:
        requests.report(connection, id, "done", 1.0, "already done by the command that requested it")
