"""The one indexer of an installation, put together from the settings."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.presence import SignOfLife, give_sign, only_one
from indexer.copies import CopyIndex
from indexer.engine import open_engine
from indexer.pipeline import Pipeline
from indexer.pool import Pool
from indexer.run import Indexer
from indexer.tagger import Tagger
from monitor.app import App, LiveThemes

EVERY = timedelta(seconds=5)  # between two signs of life that say the same


class Speaker:
    """Gives the indexer's signs of life: at once when they say something new, else every few seconds."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._said = ("", "")
        self._at = datetime.min.replace(tzinfo=UTC)

    def __call__(self, doing: str, trouble: str, pages: int = 0) -> None:
        """Say what the indexer does, what keeps it from its work, and how many pages it has in hand."""
        now = datetime.now(UTC)
        if (doing, trouble) == self._said and abs(now - self._at) < EVERY:
            return
        self._said, self._at = (doing, trouble), now
        sign = SignOfLife(pid=os.getpid(), at=now, doing=doing, trouble=trouble, under_way=pages)
        with suppress(OSError):  # a full disk is said by the missing sign
            give_sign(self._data, "indexer", sign)


@contextmanager
def indexer(app: App) -> Iterator[Indexer]:
    """Give the one indexer, ready to run; its pool and engine are closed at the end.

    Raises:
        AlreadyRunning: another process is the indexer.
        ConfigError, EngineError, ArchiveError: it cannot start.
    """
    settings = app.settings
    with only_one(settings.data, "indexer"), Pool(settings.workers, settings.page_seconds) as pool:
        themes = LiveThemes(app)
        pipeline = Pipeline(
            archive=app.archive,
            engine=open_engine(settings.engine_url, writable=True),
            pool=pool,
            copies=CopyIndex(settings.copy_days),
            tagger=Tagger(themes.compiled),
        )
        try:
            yield Indexer(pipeline=pipeline, themes=themes, url=settings.engine_url, say=Speaker(settings.data))
        finally:
            pipeline.engine.close()
