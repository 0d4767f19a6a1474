"""The indexer as a process: one per installation, a loop of batches, sweeps and requests until it is told to stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from config.errors import ArchiveError, ConfigError, EngineError, EngineUnavailable, Problem
from indexer.engine import shown
from indexer.jobs import requests
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.prune import prune, summary
from indexer.jobs.rebuild import rebuild
from indexer.jobs.signatures import renew_signatures
from indexer.themes.compile import CompiledTheme
from indexer.themes.queue import Sweeps
from indexer.themes.tagger import Tagger

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

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the files as they are now."""
        ...


class _Stopped(Exception):
    """Told to stop in the middle of a request, which the next indexer goes on with."""


@dataclass(slots=True)
class Indexer:
    """The one indexer of an installation.

    Attributes:
        url: the engine's address.
        sweeps: what makes stored tags true to the themes.
        outcomes: pages by outcome since the start.
        pruned: when old texts were dropped last.
        followed: whether the themes as they stand were taken up.
        on_batch: told how many pages each batch had; must be quick.
    """

    pipeline: Pipeline
    themes: Themes
    url: str
    say: Callable[[str, str], None]
    sweeps: Sweeps
    outcomes: Counter[str] = field(default_factory=Counter)
    pruned: datetime | None = None
    followed: bool = False
    on_batch: Callable[[int], None] = lambda _: None
    _stop: Event = field(default_factory=Event)

    def run(self, stop: Event, *, once: bool) -> Counter[str]:
        """Index until stopped, or with `once` until nothing is pending; return the pages by outcome.

        Raises:
            ParleyError: with `once` whatever went wrong; otherwise only what waiting cannot cure.
        """
        self._stop, wait = stop, IDLE
        clean = False  # an earlier process, or a step that failed, may have left leases that nobody works on
        while not stop.is_set():
            try:
                if not clean:
                    self.pipeline.archive.take_over_pages(self.pipeline.owner)
                clean, busy, wait = True, self.step(), IDLE
            except _Stopped:
                break
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
        """Take up changed themes, one request, a part of one sweep and one batch; return whether there was anything to do."""
        self._follow_themes()
        self._keep_texts_current()
        took_request = self._take_request()
        swept = self.sweeps.work(self.pipeline.engine, datetime.now(UTC))
        done = self.pipeline.work(datetime.now(UTC))
        self.outcomes += done
        self.on_batch(done.total())
        doing = self.sweeps.doing or ("indexing" if done else "waiting for pages")
        self.say(doing, "; ".join(self.sweeps.troubles.values()))
        return took_request or swept or bool(done)

    def _follow_themes(self) -> None:
        """Tag with the themes as they stand from now on, and have what is stored made true to them."""
        if self.themes.reload():
            self.followed = False
        if self.followed:
            return
        self.pipeline.tagger = Tagger(self.themes.compiled)
        self.sweeps.follow(self.themes.compiled, datetime.now(UTC))
        self.followed = True

    def _keep_texts_current(self) -> None:
        """Drop the texts that are too old to be the story of a new one, now and then, and sign the others as it is done now."""
        now = datetime.now(UTC)
        if self.pruned and abs(now - self.pruned) < PRUNE_EVERY:
            return
        with self.pipeline.archive.database.write() as connection:
            self.pipeline.copies.prune(connection, now)

        def progress(done: int) -> None:
            self.say(f"making signatures of texts again: {done:,}", "")
            self._heed_stop()

        renew_signatures(self.pipeline.archive.database, progress=progress)
        self.pruned = now

    def _take_request(self) -> bool:
        with self.pipeline.archive.database.read() as connection:
            request = requests.next_request(connection)
        if request is None:
            return False
        try:
            if request.work == "rebuild":
                self._report(request, "done", 1.0, self._rebuild(request))
            elif request.work == "prune":
                self._report(request, "done", 1.0, self._prune(request))
            else:
                self._sweep(request)
        except (EngineError, ConfigError) as error:
            self._report(request, "failed", request.progress, str(error))
        return True

    def _sweep(self, request: requests.Request) -> None:
        """Have the sweeps asked for begin, or say how far they are; `step` does a part of them each time."""
        every = frozenset(theme.id for theme in self.themes.compiled) | self.sweeps.due
        asked = frozenset(request.argument.split()) or every
        if request.state == "waiting":
            self._follow_themes()
            if self.themes.problems:
                self._report(request, "failed", 0.0, "\n".join(map(str, self.themes.problems)))
                return
            self.sweeps.again(asked)
        left = self.sweeps.left(asked)
        if left:
            self._report(request, "running", 1 - len(left) / len(asked), self.sweeps.doing)
        elif troubles := [self.sweeps.troubles[id] for id in sorted(asked & self.sweeps.troubles.keys())]:
            self._report(request, "failed", 1.0, "\n".join(troubles))
        else:
            self._report(request, "done", 1.0, "the tags are true to the themes")

    def _rebuild(self, request: requests.Request) -> str:
        target = request.argument or self.url
        pipeline = self.pipeline

        def progress(done: int, total: int) -> None:
            self.say(f"rebuilding into {shown(target)}: {done:,} of {total:,}", "")
            self._report(request, "running", done / total if total else 0.0, f"{done:,} of {total:,}")
            self._heed_stop()

        database = pipeline.archive.database
        if target != self.url:
            rebuild(target, database, pipeline.tagger, progress=progress).close()
            return f"{shown(target)} is filled; set `engine` to it to use it"
        fresh = rebuild(target, database, pipeline.tagger, progress=progress, before_swap=pipeline.engine.close)
        pipeline.engine = fresh
        return f"{shown(target)} is rebuilt and in use"

    def _prune(self, request: requests.Request) -> str:
        def progress(gone: int) -> None:
            self.say(f"pruning: {gone:,} articles are gone", "")
            self._report(request, "running", 0.0, f"{gone:,} articles are gone")
            self._heed_stop()

        before = datetime.fromisoformat(request.argument)
        return summary(prune(self.pipeline.archive, self.pipeline.engine, before, progress=progress))

    def _heed_stop(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _report(self, request: requests.Request, state: requests.State, progress: float, message: str) -> None:
        with self.pipeline.archive.database.write() as connection:
            requests.report(connection, request.number, state, progress, message)
