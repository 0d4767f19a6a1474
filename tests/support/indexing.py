"""The real indexer of an installation, at work in a thread of the test, over pages the test collects."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import TracebackType

from config.errors import EngineUnavailable
from config.settings import Settings
from crawler.archive.archive import open_archive
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything
from monitor.app import App
from monitor.processes.indexer import indexer
from monitor.services.status import Status, look, troubles
from tests.support.collected import TALKS, collect, page_of
from tests.support.overlay import THEME, remove_shipped_themes, write
from tests.support.processes import until

_WORDS = sorted(set(TALKS.replace(".", "").split()))


class Indexing:
    """An installation with one small theme whose indexer works as long as the `with` block lasts.

    Attributes:
        ids: of the articles collected so far.
    """

    def __init__(self, data: Path, engine_url: str) -> None:
        remove_shipped_themes(data / "config")
        write(data / "config", "themes/harvest.toml", THEME)
        self.settings = Settings(data=data, config=data / "config", engine=engine_url, workers=1)
        self.ids: set[str] = set()
        self._archive = open_archive(data)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._failure: BaseException | None = None

    def collect(self, number: int) -> None:
        """Add so many pages to the archive, each with a text of its own."""
        for _ in range(number):
            name = str(len(self.ids))
            text = " ".join(Random(name).choices(_WORDS, k=120))
            self.ids.add(collect(self._archive, name, page_of(f"Number {name}. {text}.", f"Talks, day {name}")))

    def pages(self) -> dict[str, int]:
        """Return how many pages are in each state."""
        return self._archive.count_pages_by_state()

    def until_indexed(self) -> None:
        """Wait until every page is indexed."""
        until(lambda: self.failed() or self.pages() == {"indexed": len(self.ids)}, "all pages are indexed")
        assert self._failure is None

    def until_complete(self) -> None:
        """Wait until the engine has every article."""
        until(lambda: self.failed() or self._searchable() == len(self.ids), "the engine has every article")
        assert self._failure is None

    def until_status_says(self, words: str) -> Status:
        """Wait until `parley status` would name a trouble with these words, and return all it says."""
        statuses: list[Status] = []

        def says() -> bool:
            statuses.append(look(App(self.settings), datetime.now(UTC)))
            return self.failed() or any(words in trouble for trouble in troubles(statuses[-1]))

        until(says, f"status says {words!r}")
        assert self._failure is None
        return statuses[-1]

    def check_exact(self) -> None:
        """Check that the engine holds what was collected, each article once."""
        engine: Engine = open_engine(self.settings.engine_url)
        indexed = [article.id for article in engine.scan(Everything())]
        assert sorted(indexed) == sorted(self.ids)
        assert engine.count(Everything()) == len(self.ids)
        engine.close()

    def failed(self) -> bool:
        """Say whether the indexer ended by itself."""
        return self._failure is not None

    def __enter__(self) -> Indexing:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the indexer."""
        self._stop.set()
        self._thread.join()
        self._archive.close()

    def _searchable(self) -> int:
        """Return how many articles the engine has; 0 while it has no index."""
        try:
            engine = open_engine(self.settings.engine_url)
        except EngineUnavailable:
            return 0
        try:
            return engine.count(Everything())
        except EngineUnavailable:
            return 0
        finally:
            engine.close()

    def _work(self) -> None:
        try:
            with indexer(App(self.settings), self._stop) as working:
                working.run(self._stop, once=False)
        except BaseException as failure:
            if not self._stop.is_set():
                self._failure = failure
