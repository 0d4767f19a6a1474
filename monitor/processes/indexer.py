"""Builds the indexer of an installation from the settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from config.errors import EngineUnavailable
from crawler.presence import only_one
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
from monitor.processes.reporter import Reporter

INTERVAL = 5.0  # seconds between two attempts to open an engine
STUCK_AFTER = 600.0  # seconds without anything done although there is something to do


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
            "indexer",
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
