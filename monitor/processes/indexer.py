"""The one indexer of an installation, put together from the settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType

from config.errors import EngineUnavailable, Problem
from crawler.limits import worker_memory
from crawler.presence import SignOfLife, give_sign, only_one
from indexer.copies.index import CopyIndex
from indexer.engine import Engine, open_engine
from indexer.extract.pool import Pool
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.run import Indexer
from indexer.themes.queue import Sweeps
from indexer.themes.tagger import Tagger
from monitor.app import App, LiveThemes

EVERY = 5.0  # seconds between two signs of life that say the same


class Speaker:
    """Gives the indexer's signs of life: at once when they say something new, else every few seconds, however busy it is.

    Use as a context manager, which says at its end that the indexer has stopped.
    """

    def __init__(self, data: Path, problems: Callable[[], Sequence[Problem]]) -> None:
        self._data, self._problems = data, problems
        self._said = ("starting", "")
        self._lock = Lock()
        self._ending = Event()
        self._thread = Thread(target=self._repeat, name="signs of life", daemon=True)

    def __call__(self, doing: str, trouble: str) -> None:
        """Say what the indexer does, and what keeps it from its work."""
        if (doing, trouble) != self._said:
            self._said = (doing, trouble)
            self._give()

    def __enter__(self) -> Speaker:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        self("stopped", "")

    def _repeat(self) -> None:
        self._give()
        while not self._ending.wait(EVERY):
            self._give()

    def _give(self) -> None:
        with self._lock, suppress(OSError):  # a full disk is said by the missing sign
            (doing, trouble), problems = self._said, tuple(map(str, self._problems()))
            now = datetime.now(UTC)
            sign = SignOfLife(pid=os.getpid(), at=now, doing=doing, trouble=trouble, under_way=0, problems=problems)
            give_sign(self._data, "indexer", sign)


@contextmanager
def indexer(app: App, stop: Event | None = None) -> Iterator[Indexer]:
    """Give the one indexer, ready to run; its pool and engine are closed at the end.

    Args:
        stop: an engine that is down is waited for until this is set; without it that is an error.

    Raises:
        AlreadyRunning: another process is the indexer.
        ConfigError, EngineError, ArchiveError: it cannot start.
    """
    settings = app.settings
    with (
        only_one(settings.data, "indexer"),
        Pool(settings.workers, settings.page_seconds, memory=worker_memory(settings.max_bytes)) as pool,
    ):
        themes = LiveThemes(app)
        with Speaker(settings.data, lambda: themes.problems) as say:
            pipeline = Pipeline(
                archive=app.archive,
                engine=_engine(settings.engine_url, say, stop),
                pool=pool,
                copies=CopyIndex(settings.copy_days),
                tagger=Tagger(themes.compiled),
            )
            try:
                yield Indexer(
                    pipeline=pipeline,
                    themes=themes,
                    url=settings.engine_url,
                    say=say,
                    sweeps=Sweeps(app.archive.database),
                )
            finally:
                pipeline.engine.close()


def _engine(url: str, say: Speaker, stop: Event | None) -> Engine:
    while True:
        try:
            return open_engine(url, writable=True)
        except EngineUnavailable as error:
            if stop is None:
                raise
            say("waiting for the engine", str(error))
            if stop.wait(EVERY):
                raise
