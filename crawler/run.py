"""Runs the crawler: builds its parts, keeps the tick going, stops cleanly."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from config.errors import ArchiveError, Problem
from config.logs import get_logger
from config.settings import Settings
from config.sources import Source
from crawler.archive import feeds, fetches
from crawler.archive.archive import Archive
from crawler.download.fetch import Fetcher
from crawler.download.loop import with_downloader
from crawler.limits import feed_seconds
from crawler.poll import Poller
from crawler.presence import Heartbeat, only_one, write_heartbeat
from crawler.reading_process import Reader
from crawler.tick import Event, Tick
from crawler.visit import Visitor

log = get_logger(__name__)

KEEP_HISTORY = timedelta(days=400)
KEEP_VALIDATORS = timedelta(days=60)
_PATIENCE = 5.0  # seconds that requests under way are given to end when we are told to stop
_BREATH = 0.02  # seconds between two looks at what is due, however fast requests end


@dataclass(frozen=True, slots=True)
class Report:
    """What a crawl did.

    Attributes:
        polls, pages: how many ended in each outcome.
        stopped: whether it was told to end before it was done.
    """

    polls: dict[str, int]
    pages: dict[str, int]
    stopped: bool


class Collecting:
    """Collects until told to stop or, once, until nothing is due.

    Attributes:
        error: why it ended before its time, or None.
    """

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        sources: Sequence[Source],
        *,
        once: bool = False,
        source_ids: Collection[str] | None = None,
        reload: Callable[[], Sequence[Source] | None] | None = None,
        problems: Callable[[], Sequence[Problem]] = lambda: (),
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._settings, self._archive, self._sources = settings, archive, sources
        self._once, self._chosen, self._on_event = once, source_ids, on_event
        self._reload, self._problems = reload, problems
        self._is_current = True  # what is polled is what _sources say
        self._stopping = asyncio.Event()
        self._tick: Tick | None = None
        self.error: Exception | None = None

    def stop(self) -> None:
        """End soon: what is under way is finished or given back."""
        self._stopping.set()
        if self._tick:
            self._tick.wake.set()

    @property
    def report(self) -> Report:
        """What was done so far."""
        outcomes = self._tick.outcomes if self._tick else {}
        counts = {
            name: {outcome: n for (kind, outcome), n in outcomes.items() if kind == name} for name in ("poll", "page")
        }
        return Report(polls=counts["poll"], pages=counts["page"], stopped=self._stopping.is_set())

    async def __call__(self, fetch: Fetcher) -> None:
        """Collect through this way of fetching; what ends it early is in `error`."""
        try:
            with Reader(seconds=feed_seconds(self._settings.max_bytes)) as reader:
                await self._collect(fetch, reader)
        except Exception as error:  # an exception would stop Scrapy's engine with a log line and be lost to our caller
            self.error = error

    async def _collect(self, fetch: Fetcher, reader: Reader) -> None:
        tick = self._tick = Tick(
            self._settings,
            self._archive,
            Poller(self._settings, self._archive, fetch, reader, _now),
            Visitor(self._archive, fetch, _now),
            clock=_now,
            on_event=self._on_event,
            chosen=self._chosen,
            once=self._once,
        )
        tick.use(self._sources)
        tick.start()
        # Not as jobs due at once: a run that ends at once would cancel them, which APScheduler logs with a traceback.
        self._write_heartbeat(tick)
        _try(self._prune)
        scheduler = self._scheduler(tick)
        scheduler.start()
        watching = asyncio.ensure_future(self._watch_clock(tick, scheduler))
        try:
            await self._keep_going(tick)
        finally:
            watching.cancel()
            scheduler.shutdown(wait=False)
            await tick.finish(_PATIENCE)
            self._write_heartbeat(tick, "stopped")

    async def _keep_going(self, tick: Tick) -> None:
        while not self._stopping.is_set():
            tick.fill()
            if self._once and not tick.work:
                if tick.pause:
                    raise ArchiveError(tick.pause)
                if tick.is_done():
                    return
            await asyncio.sleep(_BREATH)
            await tick.wake.wait()
            tick.wake.clear()

    def _scheduler(self, tick: Tick) -> AsyncIOScheduler:
        # A missed run is made up for once, however late: the default would skip it after one second.
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        scheduler.add_job(tick.wake.set, "interval", seconds=1)
        scheduler.add_job(lambda: self._write_heartbeat(tick), "interval", seconds=5)
        scheduler.add_job(lambda: _try(lambda: self._look_for_changes(tick)), "interval", seconds=5)
        scheduler.add_job(lambda: _try(tick.release_expired), "interval", minutes=1)
        scheduler.add_job(lambda: _try(self._prune), "interval", hours=6)
        return scheduler

    async def _watch_clock(self, tick: Tick, scheduler: AsyncIOScheduler) -> None:
        """Let nothing wait for a time that a clock set back has moved away, the scheduler's own jobs included."""
        clock = ClockWatch(_now, monotonic)
        while True:
            await asyncio.sleep(1)
            if clock.was_set_back():
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=_now())
                _try(tick.clock_was_set)

    def _write_heartbeat(self, tick: Tick, doing: str | None = None) -> None:
        doing = doing or ("paused" if tick.pause else "collecting")
        heartbeat = Heartbeat(
            pid=os.getpid(),
            at=_now(),
            doing=doing,
            trouble=tick.pause,
            under_way=len(tick.work),
            problems=tuple(map(str, self._problems())),
        )
        with suppress(OSError):  # a full disk shows by the missing heartbeat; collecting reports it too
            write_heartbeat(self._settings.data, "crawler", heartbeat)

    def _look_for_changes(self, tick: Tick) -> None:
        sources = self._reload() if self._reload else None
        if sources is not None:
            self._sources, self._is_current = sources, False
        if not self._is_current:
            tick.use(self._sources)  # on a full disk this fails, and is tried again
            self._is_current = True

    def _prune(self) -> None:
        with self._archive.database.write() as connection:
            fetches.prune(connection, _now() - KEEP_HISTORY)
            feeds.prune_validators(connection, _now() - KEEP_VALIDATORS)


class ClockWatch:
    """Tells a clock set back from time that passes, by a second one that nobody sets.

    Args:
        clock: the time of day.
        steady: seconds since some moment.
    """

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._clock, self._steady = clock, steady
        self._ahead = self._distance()

    def was_set_back(self) -> bool:
        """Say whether the clock was set back by more than five seconds since the last time it was asked."""
        ahead, self._ahead = self._ahead, self._distance()
        return self._ahead < ahead - 5

    def _distance(self) -> float:
        return self._clock().timestamp() - self._steady()


async def crawl(
    settings: Settings,
    sources: Sequence[Source],
    archive: Archive,
    *,
    once: bool = False,
    source_ids: Collection[str] | None = None,
    reload: Callable[[], Sequence[Source] | None] | None = None,
    problems: Callable[[], Sequence[Problem]] = lambda: (),
    on_event: Callable[[Event], None] | None = None,
) -> Report:
    """Collect from sources into an archive, until SIGTERM or SIGINT or, with `once`, until nothing is due.

    Needs the event loop that `run` makes.

    Args:
        once: poll every feed now whether due or not, fetch all that is wanted and not waiting for a later attempt, and end.
        source_ids: collect from these sources alone; None means all.
        reload: asked every few seconds for new sources; None when nothing changed.
        problems: what is wrong with the files that `reload` reads, for the heartbeat.
        on_event: told of every poll and page as it ends; must be quick.

    Raises:
        AlreadyRunning: another crawler is running in this folder.
        ArchiveError: the archive cannot be written.
    """
    collecting = Collecting(
        settings,
        archive,
        sources,
        once=once,
        source_ids=source_ids,
        reload=reload,
        problems=problems,
        on_event=on_event,
    )
    with only_one(settings.data, "crawler"):
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, collecting.stop)
        try:
            await with_downloader(settings, collecting)
        finally:
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(name)
    if collecting.error:
        raise collecting.error
    return collecting.report


def _try(job: Callable[[], None]) -> None:
    try:
        job()
    except ArchiveError as error:
        log.warning("maintenance failed", detail=str(error))


def _now() -> datetime:
    return datetime.now(UTC)
