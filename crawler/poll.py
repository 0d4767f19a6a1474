"""One poll of a feed: ask, read, keep what is new, and only then remember what the server said to ask with next time."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from sqlalchemy import Connection

from config.errors import ArchiveError
from config.logs import get_logger
from config.settings import Settings
from config.sources import Feed
from crawler.archive import feeds, fetches, frontier
from crawler.archive.archive import Archive
from crawler.archive.feeds import FeedState, Validators
from crawler.archive.fetches import Fetch
from crawler.archive.pages import keep_page
from crawler.download.fetch import TEMPORARY, Fetched, Fetcher
from crawler.health import next_rhythm
from crawler.kinds import kind_of
from crawler.outcomes import Outcome
from crawler.page import Answer, Document, Reading, hash_of
from crawler.schedule import max_age, next_due, retry_after
from crawler.urls import canonical, registered_domain

MOST_ADDRESSES = 30  # of one poll: a sitemap index may name thousands of children, newest first
PATIENCE = 3  # failed polls, before new messages are kept although those missed before them cannot be had
HOLD = timedelta(minutes=5)  # for a 429 that does not say how long
_LONGEST_COURTESY = timedelta(hours=1)  # ttl and max-age slow polls down to this, not further

log = get_logger(__name__)


class Reads(Protocol):
    """Turns an answer into a reading."""

    async def read(self, feed: Feed, answer: Answer) -> Reading:
        """Return what the feed's kind makes of an answer; never raises for what the answer holds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What one address of a poll brought."""

    outcome: Outcome
    url: str = ""
    detail: str = ""
    status: int | None = None
    bytes: int = 0
    found: int = 0
    new: int = 0
    follow: tuple[str, ...] = ()
    courtesy: timedelta = timedelta()  # ttl, max-age
    demand: timedelta = timedelta()  # Retry-After

    @property
    def is_good(self) -> bool:
        return self.outcome in (Outcome.READ, Outcome.UNCHANGED)


class Poller:
    """Polls feeds into an archive."""

    def __init__(
        self, settings: Settings, archive: Archive, fetch: Fetcher, reader: Reads, clock: Callable[[], datetime]
    ) -> None:
        self._settings, self._archive, self._fetch, self._reader = settings, archive, fetch, reader
        self._clock = clock

    async def poll(self, feed: Feed) -> Fetch:
        """Poll a feed once and write what came of it.

        Raises:
            ArchiveError: it could not be written; nothing is lost, the feed must be polled again.
        """
        at, began = self._clock(), monotonic()
        try:
            steps = await self._steps(feed)
        except ArchiveError:
            raise
        except Exception as error:  # unrecorded it would be repeated for ever, at once and in silence
            log.exception("unexpected error while polling a feed", feed=feed.id)
            steps = [_Step(outcome=Outcome.FAILED, detail=unforeseen(error))]
        fetch = _summary(feed, steps, at, round((monotonic() - began) * 1000))
        self._finish(feed, fetch, steps)
        return fetch

    async def _steps(self, feed: Feed) -> list[_Step]:
        if feed.kind == "spider":
            return [await self._run_spider(feed)]
        try:
            addresses = deque(kind_of(feed.kind).requests(feed))
        except Exception as error:
            return [_Step(outcome=Outcome.FAILED, detail=f'kind "{feed.kind}": {type(error).__name__}: {error}')]
        steps: list[_Step] = []
        asked: set[str] = set()
        while addresses and len(asked) < MOST_ADDRESSES:
            url = addresses.popleft()
            if url in asked:
                continue
            asked.add(url)
            asking = await self._ask(feed, url)
            steps += asking
            addresses.extend(asking[-1].follow)
            if any(step.demand for step in asking):
                break  # the server wants to be left alone; the next poll reads the index again
        return steps or [_Step(outcome=Outcome.FAILED, detail=f'kind "{feed.kind}" names no address to ask')]

    async def _run_spider(self, feed: Feed) -> _Step:
        from crawler.download.own_spider import run_own_spider  # 3 MB that most installations never need

        def keep(documents: Sequence[Document]) -> int:
            return self._keep(feed, feed.url, Reading(outcome=Outcome.READ, documents=tuple(documents)), None)

        ran = await run_own_spider(feed, self._settings, keep)
        return _Step(outcome=ran.outcome, detail=ran.detail, bytes=ran.bytes, found=ran.found, new=ran.new)

    async def _ask(self, feed: Feed, url: str, *, back: int = 0) -> list[_Step]:
        """Ask an address; with `back`, which is how many pages back it lies, for what was missed."""
        with self._archive.database.read() as connection:
            known = feeds.validators_of(connection, feed.id, url)
        fetched = await self._fetch(url, _conditions(known))
        now = self._clock()
        step = _Step(
            outcome=fetched.outcome,
            url=url,
            detail=fetched.detail,
            status=fetched.status,
            bytes=len(fetched.body),
            courtesy=min(max_age(fetched.headers.get("cache-control")), _LONGEST_COURTESY),
            demand=demanded_wait(fetched, now),
        )
        if fetched.outcome == Outcome.NOT_MODIFIED:
            return [replace(step, outcome=Outcome.UNCHANGED)]
        if fetched.outcome != Outcome.ANSWERED:
            return [step]
        said = Validators(
            etag=fetched.headers.get("etag"),
            last_modified=fetched.headers.get("last-modified"),
            body_hash=hash_of(fetched.body),
        )
        if known and known.body_hash == said.body_hash:
            self._remember(feed, url, said, known, now)
            return [replace(step, outcome=Outcome.UNCHANGED)]
        answer = Answer(
            url=fetched.url,
            status=fetched.status or 0,
            content_type=fetched.content_type,
            body=fetched.body,
            max_bytes=self._settings.max_bytes,
        )
        reading = await self._reader.read(feed, answer)
        step = replace(step, outcome=reading.outcome, detail=reading.detail)
        if reading.outcome != Outcome.READ:
            return [step]
        before: list[_Step] = []
        if reading.older and (known or back) and self._is_all_unknown(reading.documents):
            if back + 1 < MOST_ADDRESSES:
                before = await self._ask(feed, reading.older, back=back + 1)
                if before[0].outcome in TEMPORARY and self._has_patience(feed):
                    return before  # nothing is kept, so that the next poll goes back again
            else:
                step = replace(step, follow=(reading.older,))
        # Kept last: as long as nothing of it is known, the next poll sees that something was missed.
        return [*before, self._keep_reading(feed, reading, step, None if reading.follow or back else said)]

    def _has_patience(self, feed: Feed) -> bool:
        with self._archive.database.read() as connection:
            state = feeds.state_of(connection, feed.id)
        return state is None or state.failures < PATIENCE

    def _is_all_unknown(self, documents: Sequence[Document]) -> bool:
        with self._archive.database.read() as connection:
            return not frontier.any_known(connection, [document.url for document in documents])

    def _keep_reading(self, feed: Feed, reading: Reading, step: _Step, said: Validators | None) -> _Step:
        new = self._keep(feed, step.url, reading, said)
        courtesy = max(step.courtesy, min(timedelta(seconds=reading.interval_floor or 0), _LONGEST_COURTESY))
        found = len(reading.links) + len(reading.documents)
        return replace(step, found=found, new=new, follow=step.follow or reading.follow, courtesy=courtesy)

    def _keep(self, feed: Feed, url: str, reading: Reading, said: Validators | None) -> int:
        now = self._clock()
        bodies = {document.body_hash: document.body for document in reading.documents}
        self._archive.bodies.put(bodies)
        with self._archive.database.write() as connection:
            new = frontier.discover(connection, reading.links, source=feed.source, feed=feed.id, document=url, now=now)
            for document in reading.documents:
                new += _keep_document(connection, feed, document, now)
            # Those that were there before may have been removed by a prune since.
            self._archive.bodies.put(bodies)
            if said:
                feeds.save_validators(connection, feed.id, url, said, now)
        return new

    def _remember(self, feed: Feed, url: str, said: Validators, known: Validators, now: datetime) -> None:
        if said != known:
            with self._archive.database.write() as connection:
                feeds.save_validators(connection, feed.id, url, said, now)

    def _finish(self, feed: Feed, fetch: Fetch, steps: list[_Step]) -> None:
        now = self._clock()
        demand = max(step.demand for step in steps)
        floor = max(demand, *(step.courtesy for step in steps))
        with self._archive.database.write() as connection:
            before = feeds.state_of(connection, feed.id)
            after = after_poll(before, feed, fetch, now, floor) if before else None
            if after:
                feeds.update_state(connection, after)
            fetches.record(connection, fetch)
            if demand:
                feeds.hold_site(connection, registered_domain(feed.url), now + demand)
        if before and after:
            _log_change(before, after, fetch)


def after_poll(state: FeedState, feed: Feed, fetch: Fetch, now: datetime, floor: timedelta) -> FeedState:
    """Return how a feed stands after a poll that ended at `now`; `floor` is the wait its server asked for."""
    good = fetch.outcome in (Outcome.READ, Outcome.UNCHANGED)
    still = state.detail if fetch.outcome == Outcome.UNCHANGED and not state.failures else ""
    failures = 0 if good else state.failures + 1
    return FeedState(
        id=state.id,
        next_due=next_due(feed, now, failures=failures, floor=floor),
        failures=failures,
        failing_since=None if good else (state.failing_since or fetch.at),
        last_poll=fetch.at,
        last_success=fetch.at if good else state.last_success,
        last_new=fetch.at if fetch.new else state.last_new,
        rhythm=next_rhythm(state, fetch.at) if fetch.new else state.rhythm,
        outcome=fetch.outcome,
        detail=fetch.detail or still,
    )


def _log_change(before: FeedState, after: FeedState, fetch: Fetch) -> None:
    """Log that a feed begins to fail, fails in another way, or answers again; not each of its failures."""
    next_poll = after.next_due.isoformat(timespec="seconds")
    if after.failures and (not before.failures or after.outcome != before.outcome):
        status = {"status": fetch.status} if fetch.status else {}
        fields = {"outcome": fetch.outcome, **status, "detail": fetch.detail, "next_poll": next_poll}
        log.warning("feed failing", feed=fetch.feed, **fields)
    elif before.failures and not after.failures:
        log.info("feed answers again", feed=fetch.feed, failures=before.failures, next_poll=next_poll)


def demanded_wait(fetched: Fetched, now: datetime) -> timedelta:
    """Return how long the server of a 429 or 503 wants to be left alone; zero when it does not."""
    asked = retry_after(fetched.headers.get("retry-after"), now) if fetched.status in (429, 503) else timedelta()
    return asked or (HOLD if fetched.status == 429 else timedelta())


def unforeseen(error: Exception) -> str:
    """Return in words that something happened for which there is no name."""
    return f"unforeseen: {type(error).__name__}: {error}"


def _conditions(known: Validators | None) -> dict[str, str]:
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
    return {name: value for name, value in asked.items() if value}


def _keep_document(connection: Connection, feed: Feed, document: Document, now: datetime) -> int:
    url = canonical(document.url)
    if url is None:
        return 0
    serial = frontier.know(connection, url, source=feed.source, feed=feed.id, now=now)
    return int(keep_page(connection, serial, document, source=feed.source, feed=feed.id, collected=now))


def _summary(feed: Feed, steps: list[_Step], at: datetime, milliseconds: int) -> Fetch:
    leaves = [step for step in steps if not step.follow] or steps  # an index by itself names no article
    told = next(
        (step for name in (Outcome.READ, Outcome.UNCHANGED) for step in leaves if step.outcome == name), leaves[0]
    )
    return Fetch(
        feed=feed.id,
        at=at,
        outcome=told.outcome,
        status=told.status,
        milliseconds=milliseconds,
        bytes=sum(step.bytes for step in steps),
        found=sum(step.found for step in steps),
        new=sum(step.new for step in steps),
        detail="; ".join(filter(None, (_partly(leaves, told), told.detail, _left_out(steps)))),
    )


def _partly(leaves: Sequence[_Step], told: _Step) -> str:
    bad = [step for step in leaves if not step.is_good]
    if not bad or not told.is_good:
        return ""
    return f"{len(bad)} of {len(leaves)} addresses failed: {bad[0].detail or bad[0].outcome}"


def _left_out(steps: Sequence[_Step]) -> str:
    left = len({url for step in steps for url in step.follow} - {step.url for step in steps})
    if not left:
        return ""
    left_alone = any(step.demand for step in steps)
    why = ", as the server wants to be left alone" if left_alone else f"; one poll asks {MOST_ADDRESSES} at most"
    return f"{left} addresses it names were not asked{why}"
