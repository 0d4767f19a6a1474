"""The indexer as a process: one per installation, a loop of batches, sweeps and requests until it is told to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from config.errors import ArchiveError, EngineError, EngineUnavailable
from indexer import requests, store
from indexer.engine import shown
from indexer.pipeline import Pipeline
from indexer.query.theme import CompiledTheme
from indexer.rebuild import rebuild
from indexer.sweep import forget_unknown, sweep
from indexer.tagger import Tagger

IDLE = 1.0  # seconds between two looks at an empty queue
PRUNE_EVERY = timedelta(hours=6)
LONGEST_WAIT = 15.0  # seconds between two tries while the engine is down or the disk is full


class Themes(Protocol):
    """The themes as they stand, compiled."""

    def reload(self) -> bool:
        """Look for changes; return whether `compiled` is another."""
        ...

    @property
    def compiled(self) -> Sequence[CompiledTheme]:
        """The last themes without a mistake."""
        ...


@dataclass(slots=True)
class Indexer:
    """The one indexer of an installation.

    Attributes:
        url: the engine's address.
        swept: theme → digest its tags are true to, as far as this process has made sure.
        is_swept: whether all stored tags are true to the themes as they stand.
        outcomes: pages by outcome since the start.
        pruned: when old texts were dropped last.
    """

    pipeline: Pipeline
    themes: Themes
    url: str
    say: Callable[[str, str], None]
    swept: dict[str, str] = field(default_factory=dict)
    is_swept: bool = False
    outcomes: Counter[str] = field(default_factory=Counter)
    pruned: datetime | None = None

    def run(self, stop: Event, *, once: bool) -> Counter[str]:
        """Index until stopped, or with `once` until nothing is pending; return the pages by outcome.

        Raises:
            ParleyError: with `once` whatever went wrong; otherwise only what waiting cannot cure.
        """
        wait = IDLE
        clean = False  # an earlier process, or a step that failed, may have left claims that nobody works on
        while not stop.is_set():
            try:
                if not clean:
                    self.pipeline.archive.release_claims()
                clean, busy, wait = True, self.step(), IDLE
            except (EngineUnavailable, ArchiveError) as error:
                if once:
                    raise
                self.say("waiting for the engine" if isinstance(error, EngineUnavailable) else "waiting", str(error))
                clean, busy, wait = False, False, min(wait * 2, LONGEST_WAIT)
            if not busy and once:
                break
            if not busy:
                stop.wait(wait)
        return self.outcomes

    def step(self) -> bool:
        """Take up changed themes, one request and one batch; return whether there was anything to do."""
        self._follow_themes()
        self._forget_old_texts()
        took_request = self._take_request()
        done = self.pipeline.work(datetime.now(UTC))
        self.outcomes += done
        busy = took_request or bool(done)
        self.say("indexing" if done else "waiting for pages", "")
        return busy

    def _follow_themes(self) -> None:
        """Tag with the themes as they stand from now on, then make what is stored true to them."""
        if self.themes.reload():
            self.is_swept = False
        if self.is_swept:
            return
        self.pipeline.tagger = Tagger(self.themes.compiled)
        self._record_versions()
        for theme in self.themes.compiled:
            if self.swept.get(theme.id) != theme.digest:
                self.say(f"sweeping {theme.id}", "")
                sweep(self.pipeline.engine, theme)
                self.swept[theme.id] = theme.digest
        forget_unknown(self.pipeline.engine, frozenset(theme.id for theme in self.themes.compiled))
        self.is_swept = True

    def _forget_old_texts(self) -> None:
        """Drop the texts that are too old to be anybody's story, now and then."""
        now = datetime.now(UTC)
        if self.pruned and abs(now - self.pruned) < PRUNE_EVERY:
            return
        self.pruned = now
        with self.pipeline.archive.database.write() as connection:
            self.pipeline.copies.prune(connection, now)

    def _record_versions(self) -> None:
        with self.pipeline.archive.database.write() as connection:
            for theme in self.themes.compiled:
                store.record_version(connection, theme.id, theme.digest, theme.definition, datetime.now(UTC))

    def _take_request(self) -> bool:
        database = self.pipeline.archive.database
        with database.read() as connection:
            request = requests.next_request(connection)
        if request is None:
            return False
        try:
            message = self._rebuild(request)
        except EngineError as error:
            self._report(request, "failed", request.progress, str(error))
        else:
            self._report(request, "done", 1.0, message)
        return True

    def _rebuild(self, request: requests.Request) -> str:
        target = request.argument or self.url
        pipeline = self.pipeline

        def progress(done: int, total: int) -> None:
            self.say(f"rebuilding into {shown(target)}: {done:,} of {total:,}", "")
            self._report(request, "running", done / total if total else 0.0, f"{done:,} of {total:,}")

        database = pipeline.archive.database
        if target != self.url:
            rebuild(target, database, pipeline.tagger, progress=progress).close()
            return f"{shown(target)} is filled; set `engine` to it to use it"
        fresh = rebuild(target, database, pipeline.tagger, progress=progress, before_swap=pipeline.engine.close)
        pipeline.engine = fresh
        return f"{shown(target)} is rebuilt and in use"

    def _report(self, request: requests.Request, state: requests.State, progress: float, message: str) -> None:
        with self.pipeline.archive.database.write() as connection:
            requests.report(connection, request.number, state, progress, message)
