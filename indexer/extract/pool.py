"""Pages are read in processes of their own, so that one page can hang, crash or eat memory without harm to the others.

Processes, never threads: libxml2 under trafilatura aborts the whole process now and then when two threads share it.
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
from indexer.extract import Refusal, read_page

_TASKS = 2_000  # pages after which a worker is replaced: libxml2's memory fragments, and this bounds any leak
_GRACE = 2.0  # seconds after its time at which a worker nobody watches ends itself
_AHEAD = 3  # pages handed over per worker: enough to keep it busy, few enough to stop soon


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One collected page to read; `key` is what the caller knows it by."""

    key: Hashable
    kind: PageKind
    body: bytes
    content_type: str
    url: str
    hints: Hints
    collected: datetime


@dataclass(frozen=True, slots=True)
class Crash:
    """A page that could not be read to the end.

    Attributes:
        outcome: `timed_out` it took longer than a page may; `crashed` its process died; `failed` the extractor raised,
            for want of memory or by a mistake of its own. Each may be chance once; twice, it is the page.
    """

    outcome: Outcome
    detail: str


Result = Extraction | Refusal | Crash
T = TypeVar("T")


def read(job: Job) -> Extraction | Refusal:
    """Read one page, here and now."""
    return read_page(job.kind, job.body, job.content_type, job.url, job.hints, job.collected)


def read_within(reader: Callable[[Job], Extraction | Refusal], job: Job, seconds: float) -> Extraction | Refusal:
    """Read one page in this worker process, which the system ends when it takes longer than `seconds`.

    The parent gives up earlier; this ends a worker whose parent was killed while the page hangs inside a library.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return reader(job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class Pool:
    """Worker processes that read pages; use it as a context manager, from one thread.

    The workers start with the first page, load everything heavy once, leave Ctrl-C to the parent and end with it.

    Args:
        workers: how many pages are read at once.
        seconds: how long one page may take; its worker is killed and replaced then.
        memory: bytes of data that a worker may hold; a page that needs more has `failed`.
        reader: what reads a page: an importable function, so that every process can find it.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        *,
        memory: int,
        reader: Callable[[Job], Extraction | Refusal] = read,
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
            ParleyError: no worker can be started. It says nothing of the pages.
        """
        source = iter(jobs)
        running: dict[Future[Extraction | Refusal], Job] = {}
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
        """End the workers now; pages being read are given up."""
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

    def _schedule(self, job: Job) -> Future[Extraction | Refusal]:
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
        """Return futures that are done, at least one; none when the pool broke down, which gave up all of them."""
        while self._pool.active:
            done = wait(running, timeout=1, return_when=FIRST_COMPLETED).done
            if done and self._pool.active:
                return done
        return set()

    def _read_alone(self, job: Job) -> Result:
        """Read one of the pages a pool was reading when it broke down.

        A page that kills its worker within moments can break the pool, as nobody knows yet who read it; so can a want
        of memory or processes. Whether a new pool does other work tells the two apart.
        """
        future = self._schedule(job)
        if self._wait([future]):
            return _result(future)
        if self._wait([self._submit(os.getpid)]):
            return Crash(Outcome.CRASHED, "the process reading the page died at once")
        raise _cannot_start("every worker died")


def _result(future: Future[Extraction | Refusal]) -> Result:
    try:
        return future.result()
    except TimeoutError as late:
        return Crash(Outcome.TIMED_OUT, f"reading the page took longer than {late.args[1]:g} s")
    except ProcessExpired as died:
        return Crash(Outcome.CRASHED, f"the process reading the page died ({_reason(died.exitcode)})")
    except MemoryError:
        return Crash(Outcome.FAILED, "reading the page took more memory than a worker may have")
    except Exception as error:  # whatever a hostile page provokes in a library concerns this page alone
        return Crash(Outcome.FAILED, f"the extractor raised {type(error).__name__}: {error}"[:500])


def _cannot_start(why: object) -> ParleyError:
    cure = "is memory or the number of processes used up?"
    return ParleyError(f"the processes that read pages cannot start ({why}); {cure}")


def _context() -> ForkServerContext:
    """Return the forkserver: workers are forked from a process without threads that has loaded the libraries already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["indexer.extract.preload"])
    return context


def _prepare(memory: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    limit = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (memory if limit == resource.RLIM_INFINITY else min(memory, limit), limit))


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
