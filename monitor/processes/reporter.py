"""Reports what a process does, for others to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from config.errors import Problem
from config.logs import get_logger
from crawler.presence import Heartbeat, Progress, Role, write_heartbeat

INTERVAL = 5.0  # seconds between two heartbeats without news

log = get_logger(__name__)


class Reporter:
    """Writes the heartbeat of a process: at once after a change, otherwise every few seconds, however busy the process is.

    Use it as a context manager, which reports on exit that the process has stopped.

    Args:
        problems: returns the mistakes in the configuration files.
        mark: returns a value that changes when something is done.
        limit: seconds without anything done after which the process counts as stuck.
    """

    def __init__(
        self,
        data: Path,
        role: Role,
        problems: Callable[[], Sequence[Problem]],
        *,
        mark: Callable[[], object],
        limit: float,
    ) -> None:
        self._data, self._role, self._problems, self._mark = data, role, problems, mark
        self._progress, self._rounds = Progress(limit), 0
        self._doing, self._trouble = "starting", ""
        self._since = datetime.now(UTC)  # of the trouble
        self._lock = Lock()
        self._ending = Event()
        self._thread = Thread(target=self._repeat, name="heartbeat", daemon=True)

    def __call__(self, doing: str, trouble: str) -> None:
        """Report what the process does and why it cannot work, if it cannot; changes of the latter are logged."""
        if trouble != self._trouble:
            log.warning(f"{self._role} failing", detail=trouble) if trouble else log.info(f"{self._role} recovered")
            if not self._trouble:
                self._since = datetime.now(UTC)
        if (doing, trouble) != (self._doing, self._trouble):
            self._doing, self._trouble = doing, trouble
            self._write()

    def advance(self) -> None:
        """Note that something was done, or that there is nothing to do."""
        self._rounds += 1

    def __enter__(self) -> Reporter:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        self("stopped", "")

    def _repeat(self) -> None:
        while True:
            try:
                self._write()
            except Exception:  # without heartbeats the process would count as stuck
                log.exception("unexpected error in a heartbeat", role=self._role)
            if self._ending.wait(INTERVAL):
                return

    def _write(self) -> None:
        with self._lock, suppress(OSError):  # a missing heartbeat shows that the disk is full
            mark = self._doing, self._trouble, self._rounds, self._mark()
            stuck = self._progress.stuck_for(mark, waits=not self._trouble)
            heartbeat = Heartbeat(
                pid=os.getpid(),
                at=datetime.now(UTC),
                doing=self._doing,
                trouble=f"{self._trouble} (since {self._since:%Y-%m-%d %H:%M} UTC)" if self._trouble else "",
                under_way=0,
                stuck=f"nothing has been done for {stuck / 60:.0f} min" if stuck else "",
                problems=tuple(map(str, self._problems())),
            )
            write_heartbeat(self._data, self._role, heartbeat)
