"""The tick: claims due feeds and pages and starts their requests, a bounded number at once, shared fairly among domains."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from crawler.download.holds import holds_of
from crawler.download.pace import pace_of
from crawler.poll import Poller
from crawler.schedule import LEASE, LONGEST_RETRY
from crawler.urls import registered_domain
from crawler.visit import Visitor

REST_AFTER_ERROR = 10.0  # seconds without new requests after the archive could not be written
_AT_ONCE_UNDELAYED = 4  # requests started together for one domain when no delay is set
log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened while collecting, reported to observers.

    Attributes:
        name: `poll`, `page` or `crawler`.
        outcome: how it ended, or `paused` or `resumed`; `detail` is a sentence about it.
        new: addresses and documents from a poll that were not known before.
    """

    name: str
    source: str
    feed: str
    url: str
    outcome: str
    detail: str
    new: int = 0


class Tick:
    """Keeps requests running while anything is due.

    Attributes:
        outcomes: how many polls and pages ended in each outcome, as `("poll", outcome)` and `("page", outcome)`.
        pause: why collecting is paused; empty when it is not.
        work: the running requests.
        spiders: how many of them are spiders of the user, which may take any time.
        wake: set when a request ends, because there may be room for another.
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
        self._pace, self._holds = pace_of(settings.data, settings.delay), holds_of(settings.data)
        self._to_poll: set[str] | None = None  # ids still to be polled when everything is polled once
        self._feeds: dict[str, Feed] = {}
        self._in_flight: Counter[str] = Counter()
        self._last_polled: set[str] = set()  # domains whose last request was for a feed: their pages are next
        self._rest_until = 0.0  # on the loop's clock
        self._unreleased: tuple[set[str], set[int]] = (set(), set())
        self.outcomes: Counter[tuple[str, str]] = Counter()
        self.pause = ""
        self.work: set[asyncio.Task[None]] = set()
        self.spiders = 0
        self.wake = asyncio.Event()

    def use(self, sources: Sequence[Source]) -> None:
        """Start polling the feeds of these sources and stop polling all others.

        Raises:
            ArchiveError: the archive cannot be written.
        """
        configured = [feed for source in sources for feed in source.feeds]
        with self._archive.database.write() as connection:
            feeds.sync(connection, configured, self._clock())
        self._feeds = {feed.id: feed for feed in configured if feed.enabled and self._is_chosen(feed)}

    def start(self) -> None:
        """Release the leases left by earlier crawlers; with `once`, make every feed due. The caller holds the crawler's lock.

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
        """Reschedule whatever would wait too long because the clock was set back."""
        with self._archive.database.write() as connection:
            self._rebase(connection)

    def release_expired(self) -> None:
        """Release expired leases."""
        with self._archive.database.write() as connection:
            frontier.leases.end_expired(connection, self._clock(), LEASE)

    def fill(self) -> None:
        """Claim due feeds and pages while there is room and start their requests; a full disk pauses it and never raises."""
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
        """Wait up to `patience` seconds for running requests, cancel the rest and release what was not done."""
        if self.work:
            _, late = await asyncio.wait(self.work, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._release_lost()

    def is_done(self) -> bool:
        """Return whether nothing is running and nothing is due, except for domains whose servers asked us to back off."""
        if self.work or self.pause:
            return False
        now = self._clock()
        with self._archive.database.read() as connection:
            backed_off = feeds.held_sites(connection, now)
            waiting = set(frontier.waiting_sites(connection, now, self._sources())) - backed_off.keys()
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
            waiting = frontier.waiting_sites(connection, now, self._sources())
            polls = self._claim_feeds(connection, (room + 1) // 2, now, self._last_polled.intersection(waiting))
            taken = {registered_domain(feed.url) for feed in polls}
            visits = self._claim_pages(connection, room - len(polls), now, [s for s in waiting if s not in taken])
        self._last_polled = (self._last_polled - {wanted.site for wanted in visits}) | taken
        for feed in polls:
            self._start_request(registered_domain(feed.url), self._poll(feed))
        for wanted in visits:
            self._start_request(wanted.site, self._visit(wanted))

    def _claim_feeds(self, connection: Connection, limit: int, now: datetime, owing: set[str]) -> list[Feed]:
        """Claim feeds, except of domains that owe their pages a request."""
        only = self._polled_now()
        claimed = feeds.claim_due(
            connection, limit, now=now, lease=LEASE, owner=self._owner, busy=self._busy() | owing, only=only
        )
        if self._to_poll is not None:
            self._to_poll.difference_update(claimed)
        return [self._feeds[name] for name in claimed]

    def _claim_pages(self, connection: Connection, room: int, now: datetime, sites: Sequence[str]) -> list[Wanted]:
        sources = self._sources()
        holds = feeds.held_sites(connection, now)
        self._holds.learn(holds, now)  # for redirects and own spiders
        busy = self._busy() | holds.keys()
        waiting = [site for site in sites if site not in busy]
        at_once = 1 if self._settings.delay else _AT_ONCE_UNDELAYED
        claimed: list[Wanted] = []
        for site in random.sample(waiting, len(waiting)):
            limit = min(at_once, room - len(claimed))
            if limit <= 0:
                break
            claimed += frontier.claim(connection, site, limit, now=now, lease=LEASE, owner=self._owner, sources=sources)
        return claimed

    def _busy(self) -> set[str]:
        """Return the domains with a running request, or with one so recent that another would only have to wait."""
        return {*self._in_flight, *self._pace.resting()}

    def _polled_now(self) -> Collection[str] | None:
        if self._to_poll is not None:
            return self._to_poll
        return self._feeds if self._chosen is not None else None

    def _sources(self) -> Collection[str] | None:
        return self._chosen

    def _is_chosen(self, feed: Feed) -> bool:
        return self._chosen is None or feed.source in self._chosen

    def _start_request(self, site: str, work: Coroutine[Any, Any, None]) -> None:
        self._in_flight[site] += 1
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
        self.spiders += feed.kind == "spider"
        try:
            fetch = await self._poller.poll(feed)
        except BaseException as error:
            self._unreleased[0].add(feed.id)
            if not isinstance(error, ArchiveError):
                raise
            self._pause(self._rest(error))
            return
        finally:
            self.spiders -= feed.kind == "spider"
        self._report(
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
        self._report(
            Event(name="page", source=wanted.source, feed=wanted.feed, url=wanted.url, outcome=outcome, detail=detail)
        )

    def _report(self, event: Event) -> None:
        self.outcomes[event.name, event.outcome] += 1
        if self._on_event:
            self._on_event(event)

    def _release_lost(self) -> None:
        """Release the feeds and pages whose outcome could not be written."""
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
        frontier.leases.end_expired(connection, now, LEASE)  # first, so that released addresses are rebased too
        frontier.rebase(connection, now=now, longest=LONGEST_RETRY)
