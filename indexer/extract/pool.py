"""Extracts pages in separate processes, so that a page that hangs, crashes or exhausts memory affects no other.

These are processes, not threads: libxml2 occasionally aborts the whole process when two threads use it.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerContext
from types import TracebackType
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from config.errors import ParleyError
from crawler.outcomes import Outcome
from crawler.page import Hints, PageKind
from indexer.article import Extraction
from indexer.extract import NoArticle, read_page
from indexer.extract.dates import UNKNOWN
from indexer.extract.locale import Locale

_TASKS = 2_000  # pages after which a worker is replaced, which limits leaks and the fragmentation of memory by libxml2
_GRACE = 2.0  # seconds after the time limit at which a worker without a parent ends itself
_AHEAD = 3  # pages queued per worker: enough to keep it busy, few enough to stop quickly


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


@dataclass(frozen=True, slots=True)
class Crash:
    """A page whose extraction did not finish.

    Attributes:
        outcome: `timed_out` if it exceeded the time limit, `crashed` if its process died, `failed` if the extractor raised or ran
            out of memory. Once may be chance; twice, the page is the cause.
    """

    outcome: Outcome
    detail: str


Result = Extraction | NoArticle | Crash
T = TypeVar("T")


def read(job: Job) -> Extraction | NoArticle:
    """Extract one page in this process."""
    return read_page(job.kind, job.body, job.content_type, job.url, job.hints, job.collected, job.locale)


def read_within(reader: Callable[[Job], Extraction | NoArticle], job: Job, seconds: float) -> Extraction | NoArticle:
    """Extract one page in this worker process, which the system ends after `seconds`.

    The parent's limit is shorter. This one ends a worker whose parent was killed while a page hung inside a library.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return reader(job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Pool:
    """Worker processes that extract pages. Use it as a context manager, from one thread.

    The workers start with the first page, ignore Ctrl-C, which the parent handles, and end with the parent.

    Args:
        workers: number of pages extracted at once.
        seconds: time limit for one page, after which its worker is killed and replaced.
        memory: limit on a worker's data, in bytes; a page that needs more has `failed`.
        reader: the function that extracts a page; it must be importable by the workers.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        *,
        memory: int,
        reader: Callable[[Job], Extraction | NoArticle] = read,
    ) -> None:
        self._workers, self._seconds, self._reader, self._memory = workers, seconds, reader, memory
        self._pool = self._new_pool()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def map(self, jobs: Iterable[Job]) -> Iterator[tuple[Hashable, Result]]:
        """Yield (key, result) for every job, in the order they finish; jobs are taken from the iterable as needed.

        Raises:
            ParleyError: no worker can be started, whatever the pages.
        """
        source = iter(jobs)
        running: dict[Future[Extraction | NoArticle], Job] = {}
        try:
            while True:
                for job in itertools.islice(source, self._workers * _AHEAD - len(running)):
                    running[self._schedule(job)] = job
                if not running:
                    return
                done = self._wait(running)
                if not done:
                    suspects = list(running.values())
                    running.clear()
                    yield from ((suspect.key, self._read_alone(suspect)) for suspect in suspects)
                for future in done:
                    yield running.pop(future).key, _result(future)
        finally:
            for future in running:
                future.cancel()

    def close(self) -> None:
        """End the workers now and abandon the pages in progress."""
        self._pool.stop()
        self._pool.join()

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._workers,
            max_tasks=_TASKS,
            initializer=_prepare,
            initargs=(self._memory,),
            context=_context(),
        )

    def _schedule(self, job: Job) -> Future[Extraction | NoArticle]:
        return self._submit(read_within, self._reader, job, self._seconds + _GRACE)

    def _submit(self, function: Callable[..., T], *args: object) -> Future[T]:
        try:
            if not self._pool.active:
                self.close()
                self._pool = self._new_pool()
            return self._pool.schedule(function, args=args, timeout=self._seconds)
        except (RuntimeError, OSError) as error:
            raise _cannot_start(error) from error

    def _wait(self, running: Collection[Future[T]]) -> set[Future[T]]:
        """Return the finished futures, at least one; none when the pool broke down and abandoned all of them."""
        while self._pool.active:
            done = wait(running, timeout=1, return_when=FIRST_COMPLETED).done
            if done and self._pool.active:
                return done
        return set()

    def _read_alone(self, job: Job) -> Result:
        """Extract one of the pages in progress when a pool broke down.

        A page that kills its worker at once can break the pool, because the pool does not know yet which worker has it. A
        shortage of memory or processes does the same. If a new pool can do other work, the page is the cause.
        """
        future = self._schedule(job)
        if self._wait([future]):
            return _result(future)
        if self._wait([self._submit(os.getpid)]):
            return Crash(Outcome.CRASHED, "the process that extracts the page died at once")
        raise _cannot_start("every worker died")


def _result(future: Future[Extraction | NoArticle]) -> Result:
    try:
        return future.result()
    except TimeoutError as late:
        return Crash(Outcome.TIMED_OUT, f"extracting the page took longer than {late.args[1]:g} s")
    except ProcessExpired as died:
        return Crash(Outcome.CRASHED, f"the process that extracts the page died ({_reason(died.exitcode)})")
    except MemoryError:
        return Crash(Outcome.FAILED, "extracting the page took more memory than a worker may use")
    except Exception as error:  # any error that a page causes in a library affects this page only
        return Crash(Outcome.FAILED, f"the extractor raised {type(error).__name__}: {error}"[:500])


def _cannot_start(why: object) -> ParleyError:
    cure = "check the free memory and the limit on processes"
    return ParleyError(f"the processes that extract pages cannot start ({why}); {cure}")


def _context() -> ForkServerContext:
    """Return the forkserver: workers fork from a process without threads in which the libraries are loaded."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["indexer.extract.preload"])
    return context


def _prepare(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (memory if limit == resource.RLIM_INFINITY else min(memory, limit), limit))


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
