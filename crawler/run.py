"""Runs the crawler: builds its parts, keeps the tick going and stops cleanly."""

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
from crawler.archive import clock, feeds, fetches, frontier
from crawler.archive.archive import Archive
from crawler.archive.soundness import mend
from crawler.download.connected import Connected
from crawler.download.connection import connection_of
from crawler.download.fetch import Fetcher
from crawler.download.loop import with_downloader
from crawler.download.pace import LONGEST_DELAY
from crawler.download.witnesses import Witnesses
from crawler.parser_process import ParserProcess
from crawler.poll import Poller
from crawler.presence import Heartbeat, Progress, only_one, write_heartbeat
from crawler.tick import Event, Tick
from crawler.visit import Visitor

log = get_logger(__name__)

KEEP_HISTORY = timedelta(days=400)
KEEP_VALIDATORS = timedelta(days=60)
_PATIENCE = 5.0  # seconds that running requests get to finish when the crawler is stopped
_BREATH = 0.02  # seconds between two checks of what is due, however fast requests end


@dataclass(frozen=True, slots=True)
class Report:
    """The totals of a crawl.

    Attributes:
        polls, pages: how many ended in each outcome.
        stopped: whether it was stopped before it was done.
    """

    polls: dict[str, int]
    pages: dict[str, int]
    stopped: bool


class Collecting:
    """Collects until it is stopped or, with `once`, until nothing is due.

    Attributes:
        error: why it ended early, or None.
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
        longest = settings.timeout * 20 + max(settings.delay, LONGEST_DELAY) * 2  # of one request, with its redirects
        self._progress = Progress(longest)
        self._is_current = True  # the tick polls what _sources lists
        self._stopping = asyncio.Event()
        self._tick: Tick | None = None
        self.error: Exception | None = None

    def stop(self) -> None:
        """Stop soon: running requests are finished or released."""
        self._stopping.set()
        if self._tick:
            self._tick.wake.set()

    @property
    def report(self) -> Report:
        """The totals so far."""
        outcomes = self._tick.outcomes if self._tick else {}
        counts = {
            name: {outcome: n for (kind, outcome), n in outcomes.items() if kind == name} for name in ("poll", "page")
        }
        return Report(polls=counts["poll"], pages=counts["page"], stopped=self._stopping.is_set())

    async def __call__(self, fetch: Fetcher) -> None:
        """Collect with this fetcher; an exception that ends it early is in `error`."""
        try:
            with ParserProcess() as parser:
                await self._collect(fetch, parser)
        except Exception as error:  # Scrapy's engine would log it and stop, and our caller would never see it
            self.error = error

    async def _collect(self, fetch: Fetcher, parser: ParserProcess) -> None:
        connection = connection_of(self._settings.data)
        witnesses = Witnesses(Connected(fetch, connection, self._settings.proxy), _now)
        tick = self._tick = Tick(
            self._settings,
            self._archive,
            Poller(self._settings, self._archive, witnesses, parser, _now),
            Visitor(self._archive, witnesses, _now),
            clock=_now,
            on_event=self._on_event,
            chosen=self._chosen,
            once=self._once,
        )
        mend(self._archive.database)
        tick.use(self._sources)
        tick.start()
        # Not as scheduled jobs: a run that ends at once would cancel them, which APScheduler logs with a traceback.
        self._write_heartbeat(tick)
        _try(self._maintain)
        scheduler = self._scheduler(tick, witnesses)
        scheduler.start()
        watching = asyncio.ensure_future(self._watch_clock(tick, scheduler))
        try:
            await self._keep_going(tick)
        finally:
            watching.cancel()
            scheduler.shutdown(wait=False)
            await tick.finish(_PATIENCE)
            _try(lambda: self._settle_doubt(witnesses))
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

    def _scheduler(self, tick: Tick, witnesses: Witnesses) -> AsyncIOScheduler:
        # Run a missed job once, however late; by default it would be skipped after one second.
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True})
        scheduler.add_job(tick.wake.set, "interval", seconds=1)
        scheduler.add_job(lambda: self._write_heartbeat(tick), "interval", seconds=5)
        scheduler.add_job(lambda: _try(lambda: self._look_for_changes(tick)), "interval", seconds=5)
        scheduler.add_job(lambda: _try(tick.release_expired), "interval", minutes=1)
        scheduler.add_job(lambda: _try(lambda: self._settle_doubt(witnesses)), "interval", seconds=10)
        scheduler.add_job(lambda: _try(self._maintain), "interval", hours=6)
        return scheduler

    async def _watch_clock(self, tick: Tick, scheduler: AsyncIOScheduler) -> None:
        """After the clock was set back, reschedule whatever would wait too long, including the scheduler's own jobs."""
        clock = ClockWatch(_now, monotonic)
        while True:
            await asyncio.sleep(1)
            if clock.was_set_back():
                for job in scheduler.get_jobs():
                    job.modify(next_run_time=_now())
                _try(tick.clock_was_set)

    def _write_heartbeat(self, tick: Tick, doing: str | None = None) -> None:
        doing = doing or ("paused" if tick.pause else "collecting")
        waits = len(tick.work) > tick.spiders and not tick.pause
        stuck = self._progress.stuck_for(tick.outcomes.total(), waits=waits)
        heartbeat = Heartbeat(
            pid=os.getpid(),
            at=_now(),
            doing=doing,
            trouble=tick.pause,
            under_way=len(tick.work),
            stuck=f"none of {len(tick.work)} requests has ended for {stuck / 60:.0f} min" if stuck else "",
            problems=tuple(map(str, self._problems())),
        )
        with suppress(OSError):  # a missing heartbeat shows that the disk is full; collecting reports it too
            write_heartbeat(self._settings.data, "crawler", heartbeat)

    def _look_for_changes(self, tick: Tick) -> None:
        sources = self._reload() if self._reload else None
        if sources is not None:
            self._sources, self._is_current = sources, False
        if not self._is_current:
            tick.use(self._sources)  # fails on a full disk and is then tried again
            self._is_current = True

    def _maintain(self) -> None:
        now = _now()
        with self._archive.database.write() as connection:
            if clock.is_believed(connection, now):
                fetches.prune(connection, now - KEEP_HISTORY)
                feeds.prune_validators(connection, now - KEEP_VALIDATORS)
                frontier.revive(connection, now)

    def _settle_doubt(self, witnesses: Witnesses) -> None:
        """Believe a clock that jumped once the servers collected from since then show the same time."""
        with self._archive.database.read() as connection:
            known = clock.look(connection)
        if known and known.jumped_to and witnesses.agree(known.jumped_to):
            with self._archive.database.write() as connection:
                clock.confirm(connection, _now())
            log.info("the clock is believed", detail="the servers that were asked show the same time")
            self._maintain()


class ClockWatch:
    """Detects that the clock was set back, by comparing it with a monotonic one.

    Args:
        clock: the time of day.
        steady: a monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], datetime], steady: Callable[[], float]) -> None:
        self._clock, self._steady = clock, steady
        self._ahead = self._distance()

    def was_set_back(self) -> bool:
        """Return whether the clock was set back by more than five seconds since the last call."""
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

    Needs the event loop that `crawler.download.loop.run` creates.

    Args:
        once: poll every feed now, due or not, fetch all wanted addresses except those waiting for a retry, and end.
        source_ids: collect only from these sources; None means all.
        reload: called every few seconds; returns the sources when they changed, else None.
        problems: returns the mistakes in the files that `reload` reads, for the heartbeat.
        on_event: called after every poll and page; must be quick.

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
