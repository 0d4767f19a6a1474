"""The indexer process: one per installation, a loop of batches, sweeps and requests that runs until stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from config.errors import ArchiveError, ConfigError, EngineError, EngineUnavailable, RequestFailed
from config.logs import get_logger
from config.sources import Source
from crawler.archive import clock, damage
from crawler.archive.soundness import mend
from indexer.engine import hide_password
from indexer.extract.locale import locale_of
from indexer.jobs import requests
from indexer.jobs.articles import count_waiting
from indexer.jobs.linking import link_again
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.prune import prune, summary
from indexer.jobs.rebuild import rebuild
from indexer.jobs.refill import Surplus, mark_missing, surplus
from indexer.themes.compile import CompiledTheme
from indexer.themes.queue import Sweeps
from indexer.themes.tagger import Tagger

IDLE = 1.0  # seconds to wait while no page is pending
PRUNE_EVERY = timedelta(hours=6)
COUNT_EVERY = timedelta(minutes=1)
LONGEST_WAIT = 15.0  # seconds between two attempts while the engine is down or the disk is full


log = get_logger(__name__)


class Themes(Protocol):
    """The current themes, compiled."""

    def reload(self) -> bool:
        """Check for changes; return whether `compiled` changed."""
        ...

    @property
    def compiled(self) -> Sequence[CompiledTheme]:
        """The last valid version of the themes."""
        ...

    @property
    def sources(self) -> Sequence[Source]:
        """The sources of the last valid configuration, the same object until it changes."""
        ...

    @property
    def left_out(self) -> frozenset[str]:
        """The themes whose files have mistakes and no good form."""
        ...


class _Stopped(Exception):
    """The indexer was stopped in the middle of a request, which the next indexer resumes."""


class _Cancelled(Exception):
    """The command that requested the work was interrupted."""


@dataclass(slots=True)
class Indexer:
    """The single indexer of an installation.

    Attributes:
        url: the engine's address.
        say: called with the current activity and any trouble, "" for none.
        sweeps: keeps stored tags up to date with the themes.
        outcomes: number of pages per outcome since the start.
        pruned: when old texts were last dropped, UTC.
        counted: when the articles in the engine were last counted, UTC; None when that is due.
        filled: number of kept articles added to the engine because it lacked them.
        surplus: what the engine has more than the archive, as the articles were last compared one by one.
        followed: whether the current themes have been taken up.
        sources: the configured sources that pages are read by.
        described: whether all stored articles have the classes and countries of these sources.
        advance: called when something was done, or when there is nothing to do.
        on_batch: called with the number of pages in each batch; must return quickly.
    """

    pipeline: Pipeline
    themes: Themes
    url: str
    say: Callable[[str, str], None]
    sweeps: Sweeps
    outcomes: Counter[str] = field(default_factory=Counter)
    pruned: datetime | None = None
    counted: datetime | None = None
    filled: int = 0
    surplus: Surplus = field(default_factory=Surplus)
    followed: bool = False
    sources: Sequence[Source] = ()
    described: bool = False
    advance: Callable[[], None] = lambda: None
    on_batch: Callable[[int], None] = lambda _: None
    _stop: Event = field(default_factory=Event)

    def run(self, stop: Event, *, once: bool) -> Counter[str]:
        """Index until stopped, or with `once` until nothing is pending; return the number of pages per outcome.

        Raises:
            ParleyError: with `once`, any error; otherwise only errors that waiting cannot cure.
        """
        self._stop, wait = stop, IDLE
        clean = False  # an earlier process or a failed step may have left leases behind
        while not stop.is_set():
            try:
                if not clean:
                    self.pipeline.archive.take_over_pages(self.pipeline.reading.owner)
                clean, busy, wait = True, self.step(), IDLE
            except _Stopped:
                break
            except (EngineUnavailable, ArchiveError) as error:
                if once:
                    raise
                self.say("waiting for the engine" if isinstance(error, EngineUnavailable) else "waiting", str(error))
                self.counted = None  # the engine may have lost articles meanwhile
                clean, busy, wait = False, False, min(wait * 2, LONGEST_WAIT)
            if not busy and once:
                break
            if not busy:
                stop.wait(wait)
        return self.outcomes

    def step(self) -> bool:
        """Do one round: changed themes, one request, a part of one sweep, one batch; return whether there was any work."""
        self._follow_themes()
        self._follow_sources()
        self._keep_texts_current()
        self._describe_sources()
        filled = self._fill_index()
        took_request = self._take_request()
        swept = self.sweeps.work(self.pipeline.engine, datetime.now(UTC))
        done = self.pipeline.work(datetime.now(UTC))
        self.pipeline.engine.keep_readable()
        self.outcomes += done
        self.on_batch(done.total())
        is_reading = bool(done) or self.pipeline.reading.is_busy
        if done or swept or took_request or not is_reading:
            self.advance()
        doing = self.sweeps.doing or ("indexing" if is_reading else "waiting for pages")
        self.say(doing, "; ".join(self.sweeps.troubles.values()))
        return took_request or swept or filled or is_reading or not self.described

    def _follow_themes(self) -> None:
        """Switch to the current themes if they changed, and queue sweeps to update stored tags."""
        if self.themes.reload():
            self.followed = False
        if self.followed:
            return
        self.pipeline.tagger = Tagger(self.themes.compiled)
        self.sweeps.follow(self.themes.compiled, datetime.now(UTC), left_out=self.themes.left_out)
        self.followed = True

    def _follow_sources(self) -> None:
        """Read pages as their sources are configured now."""
        if self.sources is not self.themes.sources:
            self.sources = self.themes.sources
            self.pipeline.reading.locales = {source.id: locale_of(source) for source in self.sources}
            self.described = False

    def _describe_sources(self) -> None:
        """Let the engine know classes and countries, and correct some of those that it has stored."""
        if not self.described:
            self.described = not self.pipeline.engine.describe(self.sources)

    def _keep_texts_current(self) -> None:
        """From time to time, drop texts too old to be copied, and link articles anew that another version linked."""
        now = datetime.now(UTC)
        if self.pruned and abs(now - self.pruned) < PRUNE_EVERY:
            return
        mend(self.pipeline.archive.database)
        with self.pipeline.archive.database.write() as connection:
            if clock.is_believed(connection, now):
                self.pipeline.copies.prune(connection, now)
                damage.forget_repaired(connection, now)

        def progress(done: int) -> None:
            self.say(f"linking articles to their stories anew: {done:,} done", "")
            self._check_stop()

        link_again(self.pipeline.archive.database, self.pipeline.copies, progress=progress)
        self.pruned = now

    def _fill_index(self) -> bool:
        """From time to time, add the kept articles that the engine lacks; return whether there were any."""
        now = datetime.now(UTC)
        if self.counted and abs(now - self.counted) < COUNT_EVERY:
            return False
        pipeline, database = self.pipeline, self.pipeline.archive.database
        found = surplus(pipeline.engine, database)
        if is_filled := found not in (Surplus(), self.surplus):
            mark_missing(pipeline.engine, database)
        with database.read() as connection:
            total = count_waiting(connection)

        def progress(done: int) -> None:
            self.say(f"filling the index from the archive: {done:,} of {total:,}", "")
            self._check_stop()

        added = pipeline.add_waiting(progress)
        if is_filled:
            self.surplus = surplus(pipeline.engine, database)
        self.counted, self.filled = now, self.filled + added
        return bool(added)

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
        except _Cancelled:
            log.info("request cancelled", work=request.work)
        except (EngineError, ConfigError, RequestFailed) as error:
            self._report(request, "failed", request.progress, str(error))
        return True

    def _sweep(self, request: requests.Request) -> None:
        """Queue the requested sweeps, or report their progress; each `step` does a part of them."""
        every = frozenset(theme.id for theme in self.themes.compiled) | self.sweeps.due
        requested = frozenset(request.argument.split()) or every
        if request.state == "waiting":
            self._follow_themes()
            self.sweeps.again(requested)
        left = self.sweeps.left(requested)
        if left:
            self._report(request, "running", 1 - len(left) / len(requested), self.sweeps.doing)
        elif troubles := [self.sweeps.troubles[id] for id in sorted(requested & self.sweeps.troubles.keys())]:
            self._report(request, "failed", 1.0, "\n".join(troubles))
        else:
            self._report(request, "done", 1.0, "the tags are up to date")

    def _rebuild(self, request: requests.Request) -> str:
        target = request.argument or self.url
        pipeline = self.pipeline

        def progress(done: int, total: int) -> None:
            self.say(f"rebuilding into {hide_password(target)}: {done:,} of {total:,}", "")
            self._report(request, "running", done / total if total else 0.0, f"{done:,} of {total:,}")
            self._check_stop()
            self._check_cancelled(request)

        database = pipeline.archive.database
        if target != self.url:
            rebuild(target, database, pipeline.tagger, self.sources, progress=progress, in_use=self.url).close()
            return f"{hide_password(target)} is complete; to use it, set `engine` to this address"
        close = pipeline.engine.close
        pipeline.engine = rebuild(target, database, pipeline.tagger, self.sources, progress=progress, before_swap=close)
        self.described = False  # a resumed rebuild may have articles of earlier classes
        return f"{hide_password(target)} is rebuilt and in use"

    def _prune(self, request: requests.Request) -> str:
        def progress(deleted: int) -> None:
            self.say(f"pruning: {deleted:,} articles deleted", "")
            self._report(request, "running", 0.0, f"{deleted:,} articles deleted")
            self._check_stop()
            self._check_cancelled(request)

        try:
            before = datetime.fromisoformat(request.argument)
        except ValueError:
            raise RequestFailed(f'the request is damaged: "{request.argument}" is not a time; ask again') from None
        return summary(prune(self.pipeline.archive, self.pipeline.engine, before, progress=progress))

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise _Stopped

    def _check_cancelled(self, request: requests.Request) -> None:
        with self.pipeline.archive.database.read() as connection:
            if requests.look_up(connection, request.number).state == "cancelled":
                raise _Cancelled

    def _report(self, request: requests.Request, state: requests.State, progress: float, message: str) -> None:
        with self.pipeline.archive.database.write() as connection:
            requests.report(connection, request.number, state, progress, message)
