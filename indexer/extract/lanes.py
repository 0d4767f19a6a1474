"""The two pools of the indexer: a quick lane with short limits, and a slow lane that steps back behind it."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from crawler.limits import worker_memory
from indexer.article import Extraction
from indexer.extract.no_article import NoArticle
from indexer.extract.pool import Job, Pool, read

QUICK = (
    4.0  # seconds of processor time; of 331 real pages the slowest takes 0.33, on a busy machine several times as much
)
_NICENESS = 10  # leaves about a tenth of a processor to the slow lane while the quick one is busy
_SHARE = 4  # a worker of the quick lane may use a quarter of the memory; only one process at a time may use all of it


class Lanes:
    """Two pools for the same work. Use them as a context manager, from one thread.

    Args:
        workers: number of pages extracted at once in the quick lane; the slow lane extracts one.
        seconds: limit on the processor time of one page.
        max_bytes: limit on the size of a page, from which that on memory follows.
        reader: the function that extracts a page; it must be importable by the workers.
    """

    def __init__(
        self,
        workers: int,
        seconds: float,
        max_bytes: int,
        *,
        reader: Callable[[Job], Extraction | NoArticle] = read,
    ) -> None:
        memory = worker_memory(max_bytes)
        self.quick = Pool(workers, min(QUICK, seconds), memory=memory // _SHARE, reader=reader)
        self.slow = Pool(1, seconds, memory=memory, niceness=_NICENESS, reader=reader)

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.quick.close()
        self.slow.close()
