"""Builds the indexer of an installation from the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from config.errors import EngineUnavailable, Problem
from config.logs import get_logger
from crawler.presence import Heartbeat, Progress, only_one, write_heartbeat
from indexer.copies.index import CopyIndex
from indexer.engine import Engine
from indexer.extract.lanes import Lanes
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.jobs.run import Indexer
from indexer.themes.queue import Sweeps
from indexer.themes.tagger import Tagger
from monitor.app import App
from monitor.live import LiveThemes

INTERVAL = 5.0  # seconds between two heartbeats without news, and between two attempts to open an engine
STUCK_AFTER = 600.0  # seconds without anything done although there is something to do

log = get_logger(__name__)


class Reporter:
    """Writes the indexer's heartbeat: at once after a change, otherwise every few seconds, however busy the indexer is.

    Use it as a context manager, which reports on exit that the indexer has stopped.

    Args:
        problems: returns the mistakes in the configuration files.
        mark: returns a value that changes when pages are finished.
        limit: seconds without anything done after which the indexer counts as stuck.
    """

    def __init__(
        self, data: Path, problems: Callable[[], Sequence[Problem]], *, mark: Callable[[], object], limit: float
    ) -> None:
        self._data, self._problems, self._mark = data, problems, mark
        self._progress, self._rounds = Progress(limit), 0
        self._doing, self._trouble = "starting", ""
        self._since = datetime.now(UTC)  # of the trouble
        self._lock = Lock()
        self._ending = Event()
        self._thread = Thread(target=self._repeat, name="heartbeat", daemon=True)

    def __call__(self, doing: str, trouble: str) -> None:
        """Report what the indexer does and why it cannot work, if it cannot; changes of the latter are logged."""
        if trouble != self._trouble:
            log.warning("indexer failing", detail=trouble) if trouble else log.info("indexer recovered")
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
        self._write()
        while not self._ending.wait(INTERVAL):
            self._write()

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
            write_heartbeat(self._data, "indexer", heartbeat)


@contextmanager
def indexer(app: App, stop: Event | None = None) -> Iterator[Indexer]:
    """Yield the indexer, ready to run; its pool and engine are closed at the end.

    Args:
        stop: wait for an unavailable engine until this is set; None raises an error at once.

    Raises:
        AlreadyRunning: another indexer is running in this folder.
        ConfigError, EngineError, ArchiveError: it cannot start.
    """
    settings = app.settings
    app.archive.check()
    with (
        only_one(settings.data, "indexer"),
        Lanes(settings.workers, settings.page_seconds, settings.max_bytes) as lanes,
    ):
        themes = LiveThemes(app)
        reporter = Reporter(
            settings.data,
            lambda: themes.problems,
            mark=lambda: (lanes.quick.moved, lanes.slow.moved),
            limit=max(STUCK_AFTER, settings.page_seconds * 30),
        )
        with reporter as report:
            pipeline = Pipeline(
                archive=app.archive,
                engine=_engine(app, report, stop),
                reading=Reading(app.archive, lanes),
                copies=CopyIndex(settings.copy_days),
                tagger=Tagger(themes.compiled),
            )
            try:
                yield Indexer(
                    pipeline=pipeline,
                    themes=themes,
                    url=settings.engine_url,
                    say=report,
                    advance=report.advance,
                    sweeps=Sweeps(app.archive.database),
                )
            finally:
                pipeline.engine.close()


def _engine(app: App, report: Reporter, stop: Event | None) -> Engine:
    while True:
        try:
            return app.open_engine(writable=True)
        except EngineUnavailable as error:
            if stop is None:
                raise
            report("waiting for the engine", str(error))
            if stop.wait(INTERVAL):
                raise
