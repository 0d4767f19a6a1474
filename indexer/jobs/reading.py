"""Extraction of pending pages in two lanes, which yields results as they come.

The quick lane takes pages from all sources in turn. A page that does not finish there, and any page of a source that was slow
lately, is extracted in the slow lane: one process of low priority, which goes on from one batch to the next.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import cast

from config.errors import BodyLost
from config.logs import get_logger
from crawler.archive.archive import Archive
from crawler.archive.leases import Owner
from crawler.outcomes import Outcome
from crawler.page import Page
from indexer.extract import NoArticle
from indexer.extract.lanes import Lanes
from indexer.extract.locale import Locale
from indexer.extract.pool import Crash, Finished, Job, Result, job_of
from indexer.jobs.patience import Patience

BATCH = 200  # pages claimed at once
STORE_EVERY = 2.0  # seconds after which results are stored, even if other pages of the batch are not finished
_LEASE = timedelta(
    hours=1
)  # an indexer takes over leases when it starts; this only limits how long a bug could hold one
_LOOK_EVERY = 0.5  # seconds between looking for pages for the slow lane
_QUEUED = 2  # pages claimed for the slow lane: the one being extracted and the next

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page with the result of its extraction.

    Attributes:
        is_final: whether a page that did not finish is not to be tried again.
    """

    page: Page
    result: Result
    is_final: bool


@dataclass(slots=True)
class Reading:
    """Extracts pending pages; only the archive's single indexer may have one.

    Attributes:
        owner: the owner that pages are claimed for.
        locales: source id → how it writes dates.
    """

    archive: Archive
    lanes: Lanes
    owner: Owner = field(default_factory=lambda: Owner("indexer"))
    locales: Mapping[str, Locale] = field(default_factory=dict)
    patience: Patience = field(init=False)
    _quick: dict[int, Page] = field(default_factory=dict)  # pages in the quick lane
    _slow: dict[int, Page] = field(
        default_factory=dict
    )  # pages in the slow lane, which stay from one batch to the next
    _look_again: float = 0.0  # when to look for pages for the slow lane, monotonic

    def __post_init__(self) -> None:
        self.patience = Patience(self.lanes.slow.seconds, heavy=self.lanes.quick.seconds / 2)

    @property
    def is_busy(self) -> bool:
        """Whether pages are being extracted in the slow lane."""
        return bool(self._slow)

    def claim(self, now: datetime) -> list[Page]:
        """Claim pages for the quick lane, from all sources in turn."""
        sources = [source for source in self.archive.sources_waiting() if not self.patience.is_slow(source)]
        pages: dict[int, Page] = {}
        while sources and len(pages) < BATCH:
            shares = self.patience.shares(sources, BATCH - len(pages))
            claimed = self.archive.claim_pages(
                BATCH - len(pages), now, _LEASE, self.owner, shares=shares, troubled=False
            )
            pages |= {page.number: page for page in claimed}
            counts = dict.fromkeys(shares, 0)
            for page in claimed:
                counts[page.source] += 1
            sources = [source for source in shares if counts[source] == shares[source]]
        return _in_turn(pages.values())

    def read(self, pages: Sequence[Page], now: datetime) -> Iterator[list[PageRead]]:
        """Extract these pages, which were claimed, and go on with the slow lane; yield results every few seconds, and at the end.

        Pages whose source turns out to be slow are left out. Without pages this waits a second at most for the slow lane.
        """
        waiting = deque(pages)
        ready: list[PageRead] = []
        since, self._look_again = time.monotonic(), 0.0
        while True:
            ready += self._start(waiting)
            self._fill_slow(now)
            if self._quick:
                ready += [self._taken(done) for done in self.lanes.quick.finished(0.5)]
            ready += [self._taken_slowly(done) for done in self.lanes.slow.finished(0.0 if pages else 1.0)]
            is_done = not waiting and not self._quick
            if ready and (is_done or time.monotonic() - since > STORE_EVERY):
                yield ready
                ready, since = [], time.monotonic()
            if is_done:
                return

    def give_back(self) -> None:
        """End the leases of pages that are not being extracted."""
        self.archive.give_back_pages(self.owner, but=self._slow)

    def abandon(self) -> None:
        """Forget the pages being extracted; they are pending again once their leases end."""
        self.lanes.quick.abandon()
        self.lanes.slow.abandon()
        self._quick.clear()
        self._slow.clear()

    def _start(self, waiting: deque[Page]) -> list[PageRead]:
        """Start as many pages as the quick lane takes; return those whose body is lost."""
        lost: list[PageRead] = []
        untested: list[Page] = []
        while waiting and self.lanes.quick.room > 0:
            page = waiting.popleft()
            if self.patience.is_slow(page.source):
                continue
            if self._is_tested(page.source):
                untested.append(page)
                continue
            job = self._job(page)
            if isinstance(job, NoArticle):
                lost.append(PageRead(page, job, is_final=True))
                continue
            self.lanes.quick.start(job)
            self._quick[page.number] = page
        waiting.extendleft(reversed(untested))
        return lost

    def _is_tested(self, source: str) -> bool:
        """Return whether the first page of a source is still being extracted: until then the source could be slow."""
        return not self.patience.knows(source) and any(page.source == source for page in self._quick.values())

    def _fill_slow(self, now: datetime) -> None:
        if time.monotonic() < self._look_again:
            return
        while len(self._slow) < _QUEUED and (page := self._next_slow(now)):
            job = self._job(page)
            if isinstance(job, NoArticle):
                self.archive.finish_pages({page.number: (job.outcome, job.detail)})
                continue
            self.lanes.slow.start(job, self.patience.seconds(page.source, is_second_try=page.crashes > 0))
            self._slow[page.number] = page
        self._look_again = time.monotonic() + _LOOK_EVERY

    def _next_slow(self, now: datetime) -> Page | None:
        """Claim the page that comes next in the slow lane, from the sources with such pages in turn."""
        troubled = set(self.archive.sources_waiting(troubled=True))
        slow = set(filter(self.patience.is_slow, self.archive.sources_waiting()))
        for source in self.patience.in_turn(troubled | slow):
            which = None if source in slow else True
            if claimed := self.archive.claim_pages(1, now, _LEASE, self.owner, shares={source: 1}, troubled=which):
                return claimed[0]
        return None

    def _job(self, page: Page) -> Job | NoArticle:
        try:
            body = self.archive.body(page.number)
        except BodyLost as lost:
            return NoArticle(Outcome.BODY_LOST, str(lost))
        return job_of(page, body, self.locales)

    def _taken(self, done: Finished) -> PageRead:
        page = self._quick.pop(cast(int, done.key))
        return self._noted(page, done, is_final=False)

    def _taken_slowly(self, done: Finished) -> PageRead:
        page = self._slow.pop(cast(int, done.key))
        self._look_again = 0.0
        is_late = isinstance(done.result, Crash) and done.result.outcome in (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY)
        return self._noted(page, done, is_final=is_late)

    def _noted(self, page: Page, done: Finished, *, is_final: bool) -> PageRead:
        if self.patience.note(page.source, done.seconds):
            log.warning("source is slow", source=page.source, page=page.number, url=page.url, seconds=done.seconds)
        return PageRead(page, done.result, is_final=is_final)


def _in_turn(pages: Iterable[Page]) -> list[Page]:
    """Return the pages with those of one source as far apart as possible, the oldest of each first."""
    by_source: dict[str, list[Page]] = {}
    for page in pages:
        by_source.setdefault(page.source, []).append(page)
    placed = [(place / len(own), page) for own in by_source.values() for place, page in enumerate(own)]
    return [page for _, page in sorted(placed, key=itemgetter(0))]
