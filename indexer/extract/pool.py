"""Extracts pages in separate processes, so that a page that hangs, crashes or exhausts memory affects no other.

These are processes, not threads: libxml2 occasionally aborts the whole process when two threads use it.

A page has a limit on processor time, which the system enforces: a busy machine takes none of it, and no loop inside a library
evades it. A second, much longer limit on real time ends what waits for ever.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerContext
from types import TracebackType

from pebble import ProcessExpired, ProcessPool

from config.errors import ParleyError
from config.logs import get_logger
from crawler.lineage import end_with_parent, kill_pool
from crawler.outcomes import Outcome
from crawler.page import Hints, Page, PageKind
from crawler.resources import signal_name
from indexer.article import Extraction
from indexer.extract import NoArticle, read_page
from indexer.extract.dates import UNKNOWN
from indexer.extract.locale import Locale
from indexer.extract.memory import give_back_memory

_TASKS = 2_000  # pages after which a worker is replaced, which limits leaks and the fragmentation of memory by libxml2
_PATIENCE = 60.0  # times its processor time that a page may take in real time: a busy machine gives little
_GRACE = 2.0  # seconds after the limit on real time at which a worker without a parent ends itself
RESPOND_WITHIN = 60.0  # seconds in which a worker begins a page; starting one takes about two
_REPLACEMENTS = 3  # in a row, without a page that finished
_AHEAD = 3  # pages queued per worker: enough to keep it busy, few enough to stop quickly

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One collected page to extract; `key` identifies it to the caller."""

    key: Hashable
    kind: PageKind
    body: bytes
    content_type: str
    url: str
    hints: Hints
    collected: datetime
    locale: Locale = UNKNOWN


def job_of(page: Page, body: bytes, locales: Mapping[str, Locale], *, key: Hashable | None = None) -> Job:
    """Return the job of extracting a page.

    Args:
        locales: source id → how it writes dates.
        key: identifies the job; the number of the page without one.
    """
    return Job(
        key=page.number if key is None else key,
        kind=page.kind,
        body=body,
        content_type=page.content_type,
        url=page.final_url,
        hints=page.hints,
        collected=page.collected,
        locale=locales.get(page.source, UNKNOWN),
    )


@dataclass(frozen=True, slots=True)
class Crash:
    """A page whose extraction did not finish.

    Attributes:
        outcome: `timed_out` if it exceeded the time limit, `out_of_memory` if it needed more than a worker may use, `crashed`
            if its process died, `failed` if the extractor raised. Once may be chance; twice, the page is the cause.
    """

    outcome: Outcome
    detail: str


Result = Extraction | NoArticle | Crash
Measured = tuple[Extraction | NoArticle, float]


@dataclass(frozen=True, slots=True)
class Finished:
    """The result of one job, with the processor time that it took, in seconds."""

    key: Hashable
    result: Result
    seconds: float


def read(job: Job) -> Extraction | NoArticle:
    """Extract one page in this process."""
    return read_page(job.kind, job.body, job.content_type, job.url, job.hints, job.collected, job.locale)


def read_within(reader: Callable[[Job], Extraction | NoArticle], job: Job, seconds: float) -> Measured:
    """Extract one page in this worker process; return the result and the processor time it took.

    The system ends the process after `seconds` of processor time. It also ends it after a multiple of them in real time: the
    parent's own limit is shorter, but the parent may have been killed while a page hung.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, _real_time(seconds) + _GRACE)
    started = time.process_time()
    try:
        result = reader(job)
        return result, time.process_time() - started
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        give_back_memory()


class Pool:
    """Worker processes that extract pages. Use it as a context manager, from one thread.

    The workers start with the first page, ignore Ctrl-C, which the parent handles, and end with the parent.

    Attributes:
        moved: when a page last finished, or the first of the queue was started, in monotonic seconds.

    Args:
        workers: number of pages extracted at once.
        seconds: limit on the processor time of one page, after which its worker is killed and replaced.
        memory: limit on a worker's data, in bytes; a page that needs more is `out_of_memory`.
        niceness: how far the workers step back behind other processes, from 0 to 19.
        reader: the function that extracts a page; it must be importable by the workers.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        *,
        memory: int,
        niceness: int = 0,
        reader: Callable[[Job], Extraction | NoArticle] = read,
    ) -> None:
        self.seconds, self._workers, self._reader = seconds, workers, reader
        self._limits = (memory, niceness)
        self._running: dict[Future[Measured], tuple[Job, float]] = {}
        self._pool = self._new_pool()
        self.moved = time.monotonic()
        self._replaced = 0  # times in a row

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def room(self) -> int:
        """How many more jobs can be started without a long queue."""
        return self._workers * _AHEAD - len(self._running)

    @property
    def is_empty(self) -> bool:
        """Whether no job is running or waiting."""
        return not self._running

    def start(self, job: Job, seconds: float | None = None) -> None:
        """Start a job.

        Args:
            seconds: limit on its processor time; None for that of the pool.

        Raises:
            ParleyError: no worker can be started, whatever the page.
        """
        if not self._running:
            self.moved = time.monotonic()
        self._running[self._schedule(job, seconds or self.seconds)] = (job, seconds or self.seconds)

    def finished(self, within: float) -> Iterator[Finished]:
        """Yield finished jobs: at once if there are any, otherwise when the next one is; none after `within` seconds.

        Raises:
            ParleyError: no worker can be started, whatever the pages.
        """
        if self._is_stuck():
            self._replace()
        done = self._wait(self._running, within)
        if done:
            self.moved, self._replaced = time.monotonic(), 0
        if done is None:
            suspects = list(self._running.values())
            self._running.clear()
            yield from itertools.starmap(self._read_alone, suspects)
        for future in done or ():
            job, seconds = self._running.pop(future)
            yield _finished(job, future, seconds)

    def abandon(self) -> None:
        """Forget all jobs; those that have begun are ended."""
        for future in self._running:
            future.cancel()
        self._running.clear()

    def map(self, jobs: Iterable[Job]) -> Iterator[tuple[Hashable, Result]]:
        """Yield (key, result) for every job, in the order they finish; jobs are taken from the iterable as needed.

        Raises:
            ParleyError: no worker can be started, whatever the pages.
        """
        source = iter(jobs)
        try:
            while True:
                for job in itertools.islice(source, self.room):
                    self.start(job)
                if self.is_empty:
                    return
                for each in self.finished(1.0):
                    yield each.key, each.result
        finally:
            self.abandon()

    def close(self) -> None:
        """End the workers now and abandon the pages in progress."""
        kill_pool(self._pool)

    def _is_stuck(self) -> bool:
        """Return whether the workers do not respond, as when they are stopped.

        The limits of the pool below apply only to a page that a worker has begun, and not while one of them holds its lock.
        """
        if not self._running:
            return False
        begun = [seconds for future, (_, seconds) in self._running.items() if future.running()]
        return time.monotonic() > self.moved + RESPOND_WITHIN + _real_time(max(begun, default=0))

    def _replace(self) -> None:
        """Replace the workers and start all jobs again.

        Raises:
            ParleyError: replacing them has not helped before.
        """
        self._replaced += 1
        if self._replaced > _REPLACEMENTS:
            raise _cannot_start("they do not respond")
        log.error("the processes that extract pages do not respond and are replaced", pages=len(self._running))
        kill_pool(self._pool)
        self._pool, self.moved = self._new_pool(), time.monotonic()
        again = list(self._running.values())
        self._running = {self._schedule(job, seconds): (job, seconds) for job, seconds in again}

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS,
            initializer=_prepare,
            initargs=self._limits,
            context=_context(),
        )

    def _schedule(self, job: Job, seconds: float) -> Future[Measured]:
        return self._submit(read_within, self._reader, job, seconds, within=_real_time(seconds))

    def _submit(self, function: Callable[..., Measured], *args: object, within: float) -> Future[Measured]:
        try:
            if not self._pool.active:
                self.close()
                self._pool = self._new_pool()
            return self._pool.schedule(function, args=args, timeout=within)
        except (RuntimeError, OSError) as error:
            raise _cannot_start(error) from error

    def _wait(self, running: Collection[Future[Measured]], within: float) -> set[Future[Measured]] | None:
        """Return the finished futures, none after `within` seconds; None when the pool broke down and abandoned all of them."""
        until = time.monotonic() + within
        while running and self._pool.active:
            left = until - time.monotonic()
            done = wait(running, timeout=min(max(left, 0), 1), return_when=FIRST_COMPLETED).done
            if self._pool.active and (done or left <= 0):
                return done
        return None if running else set()

    def _read_alone(self, job: Job, seconds: float) -> Finished:
        """Extract one of the pages in progress when a pool broke down.

        A page that kills its worker at once can break the pool, because the pool does not know yet which worker has it. A
        shortage of memory or processes does the same. If a new pool can do other work, the page is the cause.
        """
        future = self._schedule(job, seconds)
        if self._wait([future], _real_time(seconds) + _GRACE):
            return _finished(job, future, seconds)
        if self._wait([self._submit(_nothing, within=_real_time(seconds))], _real_time(seconds)):
            return Finished(job.key, Crash(Outcome.CRASHED, "the process that extracts the page died at once"), 0.0)
        raise _cannot_start("every worker died")


def _finished(job: Job, future: Future[Measured], seconds: float) -> Finished:
    try:
        result, taken = future.result()
        return Finished(job.key, result, taken)
    except TimeoutError as late:
        crash = Crash(Outcome.TIMED_OUT, f"extracting the page took longer than {late.args[1]:g} s")
        return Finished(job.key, crash, seconds)
    except ProcessExpired as died:
        is_late = died.exitcode == -signal.SIGPROF
        return Finished(
            job.key, _out_of_time(seconds) if is_late else _died(died.exitcode), seconds if is_late else 0.0
        )
    except MemoryError:
        return Finished(job.key, Crash(Outcome.OUT_OF_MEMORY, "the page needs more memory than a worker may use"), 0.0)
    except Exception as error:  # any error that a page causes in a library affects this page only
        crash = Crash(Outcome.FAILED, f"the extractor raised {type(error).__name__}: {error}"[:500])
        return Finished(job.key, crash, 0.0)


def _out_of_time(seconds: float) -> Crash:
    return Crash(Outcome.TIMED_OUT, f"extracting the page takes more than {seconds:g} s of processor time")


def _died(code: int) -> Crash:
    return Crash(Outcome.CRASHED, f"the process that extracts the page died ({_reason(code)})")


def _real_time(seconds: float) -> float:
    return seconds * _PATIENCE


def _nothing() -> Measured:
    return NoArticle(Outcome.EMPTY, ""), 0.0


def _cannot_start(why: object) -> ParleyError:
    cure = "check the free memory and the limit on processes"
    return ParleyError(f"the processes that extract pages cannot start ({why}); {cure}")


def _context() -> ForkServerContext:
    """Return the forkserver: workers fork from a process without threads in which the libraries are loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["indexer.extract.preload"])
    return context


def _prepare(memory: int, niceness: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    os.nice(niceness)
    limit = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (memory if limit == resource.RLIM_INFINITY else min(memory, limit), limit))


def _reason(code: int) -> str:
    return signal_name(-code) if code < 0 else f"exit code {code}"
