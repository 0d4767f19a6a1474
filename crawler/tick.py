"""The tick: claims what is due and sets it to work, a bounded number of requests at once, fair over registered domains."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from config.errors import ArchiveError
from config.logs import get_logger
from config.settings import Settings
from config.sources import Feed, Source
from crawler.archive import feeds, frontier
from crawler.archive.archive import Archive
from crawler.archive.frontier import Wanted
from crawler.archive.leases import Owner
from crawler.disk import shortage
from crawler.poll import Poller
from crawler.schedule import LONGEST_RETRY
from crawler.urls import registered_domain
from crawler.visit import Visitor

LEASE = timedelta(minutes=30)
REST_AFTER_ERROR = 10.0  # seconds without requests when the archive could not be written
_AT_ONCE_UNDELAYED = 4  # requests handed over for one domain at once where no delay keeps them apart
log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened while collecting, for those who watch.

    Attributes:
        name: `poll`, `page` or `crawler`.
        outcome: how it ended, or `paused` and `resumed`; `detail` is a sentence.
        new: addresses and documents a poll found that were not known.
    """

    name: str
    source: str
    feed: str
    url: str
    outcome: str
    detail: str
    new: int = 0


class Tick:
    """Keeps requests under way while there is something due.

    Attributes:
        outcomes: how many polls and pages ended in each outcome, as `("poll", outcome)` and `("page", outcome)`.
        pause: why nothing is claimed at the moment; empty when collecting.
        work: the requests under way.
        wake: set when a request ended, so that there may be room again.
    """

    def __init__(
        self,
        settings: Settings,
        archive: Archive,
        poller: Poller,
        visitor: Visitor,
        *,
        clock: Callable[[], datetime],
        on_event: Callable[[Event], None] | None = None,
        chosen: Collection[str] | None = None,
        once: bool = False,
    ) -> None:
        self._settings, self._archive, self._poller, self._visitor = settings, archive, poller, visitor
        self._clock, self._on_event = clock, on_event
        self._chosen = chosen
        self._once = once
        self._owner = Owner("crawler")
        self._to_poll: set[str] | None = None  # ids still to be polled when everything is polled once
        self._feeds: dict[str, Feed] = {}
        self._began: dict[
            str, float
        ] = {}  # registered domain → when its last request was handed over, on the loop's clock
        self._in_flight: Counter[str] = Counter()
        self._rest_until = 0.0  # on the loop's clock
        self._unreleased: tuple[set[str], set[int]] = (set(), set())
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.pause = ""
        self.work: set[asyncio.Task[None]] = set()
        self.wake = asyncio.Event()

    def use(self, sources: Sequence[Source]) -> None:
        """Poll the feeds of these sources from now on.

        Raises:
            ArchiveError: the archive cannot be written.
        """
        configured = [feed for source in sources for feed in source.feeds]
        with self._archive.database.write() as connection:
            feeds.sync(connection, configured, self._clock())
        self._feeds = {feed.id: feed for feed in configured if feed.enabled and self._is_chosen(feed)}

    def start(self) -> None:
        """Take back what an earlier crawler left leased, as the holder of its lock; with `once`, make every feed due.

        Raises:
            ArchiveError: the archive cannot be written.
        """
        with self._archive.database.write() as connection:
            frontier.leases.take_over(connection, self._owner)
            feeds.leases.take_over(connection, self._owner)
            self._rebase(connection)
            if self._once:
                self._to_poll = set(self._feeds)
                feeds.make_due(connection, self._to_poll, self._clock())

    def clock_was_set(self) -> None:
        """Let nothing wait for a time that a clock set back has moved away."""
        with self._archive.database.write() as connection:
            self._rebase(connection)

    def release_expired(self) -> None:
        """Take back leases that ran out."""
        with self._archive.database.write() as connection:
            frontier.leases.end_expired(connection, self._clock(), LEASE)

    def fill(self) -> None:
        """Claim what is due, as far as there is room, and set it to work; never raises for a full disk."""
        if asyncio.get_running_loop().time() < self._rest_until:
            return
        try:
            reason = shortage(self._settings)
            if not reason:
                self._release_lost()
                self._claim()
        except ArchiveError as error:
            reason = self._rest(error)
        self._pause(reason)

    async def finish(self, patience: float) -> None:
        """Let requests under way end for so many seconds, then drop them, and give back what was not done."""
        if self.work:
            _, late = await asyncio.wait(self.work, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._release_lost()

    def is_done(self) -> bool:
        """Say whether nothing is under way and nothing is due, apart from what its server asked to be left alone."""
        if self.work or self.pause:
            return False
        now = self._clock()
        with self._archive.database.read() as connection:
            held = feeds.held_sites(connection, now)
            waiting = set(frontier.waiting_sites(connection, now, self._sources())) - held
            polls = feeds.any_due(connection, now=now, lease=LEASE, only=self._polled_now())
        return not waiting and not polls

    def _rest(self, error: ArchiveError) -> str:
        self._rest_until = asyncio.get_running_loop().time() + REST_AFTER_ERROR
        return str(error)

    def _pause(self, reason: str) -> None:
        if bool(reason) != bool(self.pause):
            outcome = "paused" if reason else "resumed"
            log.warning(f"collecting {outcome}", detail=reason or self.pause)
            if self._on_event:
                self._on_event(Event(name="crawler", source="", feed="", url="", outcome=outcome, detail=reason))
        self.pause = reason

    def _claim(self) -> None:
        room = self._settings.concurrent_requests - len(self.work)
        if room <= 0:
            return
        now = self._clock()
        with self._archive.database.write() as connection:
            polls = self._claim_feeds(connection, (room + 1) // 2, now)
            visits = self._claim_pages(
                connection, room - len(polls), now, {registered_domain(feed.url) for feed in polls}
            )
        for feed in polls:
            self._set_to_work(registered_domain(feed.url), self._poll(feed))
        for wanted in visits:
            self._set_to_work(wanted.site, self._visit(wanted))

    def _claim_feeds(self, connection: Connection, limit: int, now: datetime) -> list[Feed]:
        only = self._polled_now()
        claimed = feeds.claim_due(
            connection, limit, now=now, lease=LEASE, owner=self._owner, busy=self._busy(), only=only
        )
        if self._to_poll is not None:
            self._to_poll.difference_update(claimed)
        return [self._feeds[name] for name in claimed]

    def _claim_pages(self, connection: Connection, room: int, now: datetime, taken: set[str]) -> list[Wanted]:
        sources = self._sources()
        busy = self._busy() | taken | feeds.held_sites(connection, now)
        waiting = [site for site in frontier.waiting_sites(connection, now, sources) if site not in busy]
        at_once = 1 if self._settings.delay else _AT_ONCE_UNDELAYED
        claimed: list[Wanted] = []
        for site in random.sample(waiting, len(waiting)):
            limit = min(at_once, room - len(claimed))
            if limit <= 0:
                break
            claimed += frontier.claim(connection, site, limit, now=now, lease=LEASE, owner=self._owner, sources=sources)
        return claimed

    def _busy(self) -> set[str]:
        """Return the domains with a request under way, or one so lately that the next would only wait for its turn."""
        now, delay = asyncio.get_running_loop().time(), self._settings.delay
        self._began = {site: began for site, began in self._began.items() if now - began < delay}
        return {*self._in_flight, *self._began}

    def _polled_now(self) -> Collection[str] | None:
        if self._to_poll is not None:
            return self._to_poll
        return self._feeds if self._chosen is not None else None

    def _sources(self) -> Collection[str] | None:
        return self._chosen

    def _is_chosen(self, feed: Feed) -> bool:
        return self._chosen is None or feed.source in self._chosen

    def _set_to_work(self, site: str, work: Coroutine[Any, Any, None]) -> None:
        self._in_flight[site] += 1
        self._began[site] = asyncio.get_running_loop().time()
        task = asyncio.get_running_loop().create_task(work)
        self.work.add(task)
        task.add_done_callback(lambda done: self._end(site, done))

    def _end(self, site: str, task: asyncio.Task[None]) -> None:
        self.work.discard(task)
        self.wake.set()
        self._in_flight[site] -= 1
        if self._in_flight[site] <= 0:
            del self._in_flight[site]
        if not task.cancelled() and task.exception():
            log.error("unexpected error while collecting", site=site, exc_info=task.exception())

    async def _poll(self, feed: Feed) -> None:
        try:
            fetch = await self._poller.poll(feed)
        except BaseException as error:
            self._unreleased[0].add(feed.id)
            if not isinstance(error, ArchiveError):
                raise
            self._pause(self._rest(error))
            return
        self._tell(
            Event(
                name="poll",
                source=feed.source,
                feed=feed.id,
                url=feed.url,
                outcome=fetch.outcome,
                detail=fetch.detail,
                new=fetch.new,
            )
        )

    async def _visit(self, wanted: Wanted) -> None:
        try:
            outcome, detail = await self._visitor.visit(wanted)
        except BaseException as error:
            self._unreleased[1].add(wanted.serial)
            if not isinstance(error, ArchiveError):
                raise
            self._pause(self._rest(error))
            return
        self._tell(
            Event(name="page", source=wanted.source, feed=wanted.feed, url=wanted.url, outcome=outcome, detail=detail)
        )

    def _tell(self, event: Event) -> None:
        self.outcomes[event.name, event.outcome] += 1
        if self._on_event:
            self._on_event(event)

    def _release_lost(self) -> None:
        """Give back what could not be written when the disk was full."""
        polls, visits = self._unreleased
        if not polls and not visits:
            return
        with self._archive.database.write() as connection:
            feeds.give_back(connection, polls, self._owner)
            frontier.give_back(connection, visits, self._owner)
            if self._to_poll is not None:
                self._to_poll |= polls
        self._unreleased = (set(), set())

    def _rebase(self, connection: Connection) -> None:
        now = self._clock()
        feeds.rebase(connection, now)
        frontier.leases.end_expired(connection, now, LEASE)  # first, so that what it gives back is rebased too
        frontier.rebase(connection, now=now, longest=LONGEST_RETRY)
