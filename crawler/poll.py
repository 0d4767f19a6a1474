"""One poll of a feed: fetch, parse, store what is new, and only then save the validators for the next request."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic
from typing import Protocol

from sqlalchemy import Connection

from config.errors import ArchiveError, describe_unexpected
from config.logs import get_logger
from config.settings import Settings
from config.sources import Feed
from crawler.archive import feeds, fetches, frontier, owners
from crawler.archive.archive import Archive
from crawler.archive.bodies import origin_of
from crawler.archive.feeds import FeedState, Validators
from crawler.archive.fetches import Fetch
from crawler.archive.pages import keep_page
from crawler.download.fetch import Fetcher
from crawler.download.holds import holds_of
from crawler.download.pace import pace_of
from crawler.health import next_rhythm
from crawler.kinds import kind_of
from crawler.limits import most_bytes
from crawler.outcomes import TEMPORARY, Outcome
from crawler.page import FeedResponse, FeedResult, RawPage, hash_of
from crawler.resources import raise_if_short
from crawler.schedule import LONGEST_FLOOR, domain_wait, max_age, next_due, usual_wait
from crawler.urls import canonical, registered_domain

MOST_ADDRESSES = 30  # per poll: a sitemap index may list thousands of children, newest first
PATIENCE = 3  # failed polls before new messages are stored although the missed ones before them cannot be fetched
_LONGEST_COURTESY = timedelta(hours=1)  # ttl and max-age slow polls down to this, not further

log = get_logger(__name__)


class Parser(Protocol):
    """Parses the responses of feeds."""

    async def read(self, feed: Feed, response: FeedResponse) -> FeedResult:
        """Return what the feed's kind reads from a response; never raises, whatever the response contains."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """The result of fetching one address during a poll."""

    outcome: Outcome
    url: str = ""
    detail: str = ""
    status: int | None = None
    bytes: int = 0
    entries: int = 0
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
        self, settings: Settings, archive: Archive, fetch: Fetcher, parser: Parser, clock: Callable[[], datetime]
    ) -> None:
        self._settings, self._archive, self._fetch, self._parser = settings, archive, fetch, parser
        self._clock, self._pace = clock, pace_of(settings.data, settings.delay)
        self._foreign: Counter[str] = Counter()  # items of a running spider with addresses of another source, by feed

    async def poll(self, feed: Feed) -> Fetch:
        """Poll a feed once and store the result.

        Raises:
            ArchiveError: the result could not be stored; nothing is lost, and the feed must be polled again.
        """
        at, began = self._clock(), monotonic()
        try:
            steps = await self._steps(feed)
        except ArchiveError:
            raise
        except Exception as error:  # if not recorded, the poll would repeat at once, forever and silently
            raise_if_short(error)
            log.exception("unexpected error while polling a feed", feed=feed.id)
            steps = [_Step(outcome=Outcome.FAILED, detail=describe_unexpected(error))]
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
        fetched: set[str] = set()
        while addresses and len(fetched) < MOST_ADDRESSES:
            url = addresses.popleft()
            if url in fetched:
                continue
            fetched.add(url)
            latest = await self._fetch_address(feed, url)
            steps += latest
            addresses.extend(latest[-1].follow)
            if any(step.demand for step in latest):
                break  # the server asked us to back off; the next poll reads the index again
        return steps or [_Step(outcome=Outcome.FAILED, detail=f'kind "{feed.kind}" returned no address to fetch')]

    async def _run_spider(self, feed: Feed) -> _Step:
        from crawler.download.own_spider import run_own_spider  # 3 MB that most installations never need

        def keep(pages: Sequence[RawPage]) -> int:
            return self._store(feed, feed.url, FeedResult(outcome=Outcome.READ, pages=tuple(pages)), None)

        self._foreign[feed.id] = 0
        run = await run_own_spider(feed, self._settings, keep)
        foreign = self._foreign.pop(feed.id)
        left_out = f"{foreign} of its items have addresses of another source and were left out" if foreign else ""
        holds = holds_of(self._settings.data)
        keep_holds(self._archive, holds.take_new(), self._clock())
        return _Step(
            outcome=run.outcome,
            detail="; ".join(filter(None, (run.detail, left_out))),
            bytes=run.bytes,
            entries=run.items,
            new=run.new,
            demand=timedelta(seconds=holds.remaining(registered_domain(feed.url))),
        )

    async def _fetch_address(self, feed: Feed, url: str, *, back: int = 0) -> list[_Step]:
        """Fetch and store one address; `back` is its distance from the newest page, when fetching missed messages."""
        with self._archive.database.read() as connection:
            previous = feeds.validators_of(connection, feed.id, url)
        max_bytes = most_bytes(feed.kind, self._settings.max_bytes)
        fetched = await self._fetch(url, _conditions(previous), max_bytes)
        now = self._clock()
        keep_holds(self._archive, fetched.holds, now)
        step = _Step(
            outcome=fetched.outcome,
            url=url,
            detail=fetched.detail,
            status=fetched.status,
            bytes=len(fetched.body),
            courtesy=min(max_age(fetched.headers.get("cache-control")), _LONGEST_COURTESY),
            demand=fetched.wait,
        )
        if fetched.outcome == Outcome.NOT_MODIFIED:
            if not _conditions(previous):
                return [replace(step, detail="the server returned 304 to a request without conditions")]
            return [replace(step, outcome=Outcome.UNCHANGED)]
        if fetched.outcome != Outcome.ANSWERED and not (fetched.outcome == Outcome.CUT_OFF and fetched.body):
            return [step]
        current = Validators(
            etag=fetched.headers.get("etag"),
            last_modified=fetched.headers.get("last-modified"),
            body_hash=hash_of(fetched.body),
        )
        if previous and previous.body_hash == current.body_hash:
            self._save_changed_validators(feed, url, current, previous, now)
            return [replace(step, outcome=Outcome.UNCHANGED)]
        response = FeedResponse(
            url=fetched.url,
            status=fetched.status or 0,
            content_type=fetched.content_type,
            body=fetched.body,
            max_bytes=max_bytes,
            received=now,
            flaw=fetched.detail if fetched.outcome == Outcome.CUT_OFF else "",
            known_end=previous.body_hash if previous else "",
        )
        result = await self._parser.read(feed, response)
        step = replace(step, outcome=result.outcome, detail=result.detail)
        if result.outcome not in (Outcome.READ, Outcome.CUT_OFF):
            return [step]
        before: list[_Step] = []
        if result.older and (previous or back) and self._is_all_unknown(result.pages):
            if back + 1 < MOST_ADDRESSES:
                before = await self._fetch_address(feed, result.older, back=back + 1)
                if before[0].outcome in TEMPORARY and self._has_patience(feed):
                    return before  # nothing is stored, so the next poll goes back again
            else:
                step = replace(step, follow=(result.older,))
        # Stored last: until then, the next poll can see that something was missed.
        # Without validators, an incomplete response is requested again in full.
        is_asked_again = result.follow or back or result.outcome == Outcome.CUT_OFF or not _lists_anything(result)
        validators = None if is_asked_again or not result.is_end_known else current
        if result.open_end:  # instead of the hash of the body, since an equal end says something even of another body
            kept = validators or Validators(etag=None, last_modified=None, body_hash="")
            validators = replace(kept, body_hash=result.open_end)
        return [*before, self._store_result(feed, result, step, validators)]

    def _has_patience(self, feed: Feed) -> bool:
        with self._archive.database.read() as connection:
            state = feeds.state_of(connection, feed.id)
        return state is None or state.failures < PATIENCE

    def _is_all_unknown(self, pages: Sequence[RawPage]) -> bool:
        with self._archive.database.read() as connection:
            return not frontier.any_known(connection, [page.url for page in pages])

    def _store_result(self, feed: Feed, result: FeedResult, step: _Step, current: Validators | None) -> _Step:
        new = self._store(feed, step.url, result, current)
        courtesy = max(step.courtesy, min(timedelta(seconds=result.interval_floor or 0), _LONGEST_COURTESY))
        entries = len(result.links) + len(result.pages)
        return replace(step, entries=entries, new=new, follow=step.follow or result.follow, courtesy=courtesy)

    def _store(self, feed: Feed, url: str, result: FeedResult, current: Validators | None) -> int:
        pages = self._own_pages(feed, result.pages)
        bodies = {page.body_hash: page.body for page in pages}
        now = self._clock()
        origins = [
            origin_of(page, address, source=feed.source, feed=feed.id, collected=now)
            for page in pages
            if (address := canonical(page.url))
        ]
        self._archive.bodies.put(bodies, origins)
        with self._archive.database.write() as connection:
            now = self._clock()  # see `keep_page`
            new = frontier.discover(connection, result.links, source=feed.source, feed=feed.id, document=url, now=now)
            new += sum(_store_page(connection, feed, page, now) for page in pages)
            # Bodies that were already there may have been removed by a prune since.
            self._archive.bodies.put(bodies, origins)
            if current:
                _save_validators(connection, feed, url, current, now)
        return new

    def _own_pages(self, feed: Feed, pages: Sequence[RawPage]) -> Sequence[RawPage]:
        """Return the pages but those that a spider yields of other sources, and count these."""
        if feed.kind != "spider":
            return pages
        with self._archive.database.read() as connection:
            own = [page for page in pages if not owners.is_of_another(connection, page.url, feed)]
        self._foreign[feed.id] += len(pages) - len(own)
        return own

    def _save_changed_validators(
        self, feed: Feed, url: str, current: Validators, previous: Validators, now: datetime
    ) -> None:
        if current != previous:
            with self._archive.database.write() as connection:
                _save_validators(connection, feed, url, current, now)

    def _finish(self, feed: Feed, fetch: Fetch, steps: list[_Step]) -> None:
        now = self._clock()
        demand = max(step.demand for step in steps)
        floor = max(demand, *(step.courtesy for step in steps))
        with self._archive.database.write() as connection:
            before = feeds.state_of(connection, feed.id)
            allowed = domain_wait(
                self._pace.delay(registered_domain(feed.url)), len(steps) + feeds.others_of_site(connection, feed)
            )
            after = after_poll(before, feed, fetch, now, floor, allowed) if before else None
            if before and after and not feeds.is_current(connection, feed):
                after = replace(after, next_due=before.next_due)  # as changed, it is due at once
            if after:
                feeds.update_state(connection, after)
            fetches.record(connection, fetch)
        if before and after:
            _log_change(before, after, fetch)


def _save_validators(connection: Connection, feed: Feed, url: str, current: Validators, now: datetime) -> None:
    """Save validators, unless the feed was changed meanwhile: they would hide what its new options find."""
    if feeds.is_current(connection, feed):
        feeds.save_validators(connection, feed.id, url, current, now)


def after_poll(
    state: FeedState, feed: Feed, fetch: Fetch, now: datetime, floor: timedelta, allowed: timedelta = timedelta()
) -> FeedState:
    """Return the state of a feed after a poll that ended at `now`.

    Args:
        floor: the wait that the server requested.
        allowed: how often its domain allows its feeds to be polled, at most a day counts.
    """
    is_slowed = min(allowed, LONGEST_FLOOR) > usual_wait(feed, now)
    good = fetch.outcome in (Outcome.READ, Outcome.UNCHANGED)
    responds = good or fetch.outcome == Outcome.NO_ENTRIES  # a feed may be empty for a while: it is polled as usual
    still = state.detail if fetch.outcome == Outcome.UNCHANGED and not state.failures else ""
    failures = 0 if responds else state.failures + 1
    return FeedState(
        id=state.id,
        next_due=next_due(feed, now, failures=failures, floor=max(floor, allowed)),
        failures=failures,
        failing_since=None if responds else (state.failing_since or fetch.at),
        last_poll=fetch.at,
        last_success=fetch.at if good else state.last_success,
        last_new=fetch.at if fetch.new else state.last_new,
        rhythm=next_rhythm(state, fetch.at) if fetch.new else state.rhythm,
        outcome=fetch.outcome,
        detail=fetch.detail or still,
        slowed=round(min(allowed, LONGEST_FLOOR).total_seconds()) if is_slowed else None,
    )


def _log_change(before: FeedState, after: FeedState, fetch: Fetch) -> None:
    """Log when a feed starts to fail, fails differently or recovers, but not each failure."""
    next_poll = after.next_due.isoformat(timespec="seconds")
    if after.failures and (not before.failures or after.outcome != before.outcome):
        status = {"status": fetch.status} if fetch.status else {}
        fields = {"outcome": fetch.outcome, **status, "detail": fetch.detail, "next_poll": next_poll}
        log.warning("feed failing", feed=fetch.feed, **fields)
    elif before.failures and not after.failures:
        log.info("feed recovered", feed=fetch.feed, failures=before.failures, next_poll=next_poll)


def keep_holds(archive: Archive, holds: Mapping[str, timedelta], now: datetime) -> None:
    """Store how long domains asked to be left alone.

    Raises:
        ArchiveError: the archive cannot be written.
    """
    if holds:
        with archive.database.write() as connection:
            feeds.hold_sites(connection, {site: now + wait for site, wait in holds.items()})


def _conditions(previous: Validators | None) -> dict[str, str]:
    headers = {"If-None-Match": previous.etag, "If-Modified-Since": previous.last_modified} if previous else {}
    return {name: value for name, value in headers.items() if value}


def _lists_anything(result: FeedResult) -> bool:
    return bool(result.links or result.pages or result.follow)


def _store_page(connection: Connection, feed: Feed, page: RawPage, now: datetime) -> int:
    url = canonical(page.url)
    if url is None:
        return 0
    serial = frontier.know(connection, url, source=feed.source, feed=feed.id, now=now)
    return int(keep_page(connection, serial, page, source=feed.source, feed=feed.id, collected=now))


def _summary(feed: Feed, steps: list[_Step], at: datetime, milliseconds: int) -> Fetch:
    # An index itself lists no articles, but one that was cut off is to be named.
    leaves = [step for step in steps if not step.follow or not step.is_good] or steps
    decisive = next(
        (step for name in (Outcome.READ, Outcome.UNCHANGED) for step in leaves if step.outcome == name), leaves[0]
    )
    # Where every address was read and none lists anything, nothing was delivered.
    is_empty = all(step.outcome == Outcome.READ and not step.entries for step in leaves)
    return Fetch(
        feed=feed.id,
        at=at,
        outcome=Outcome.NO_ENTRIES if is_empty else decisive.outcome,
        status=decisive.status,
        milliseconds=milliseconds,
        bytes=sum(step.bytes for step in steps),
        listed=sum(step.entries for step in steps),
        new=sum(step.new for step in steps),
        detail="; ".join(filter(None, (_partly(leaves, decisive), decisive.detail, _left_out(steps)))),
    )


def _partly(leaves: Sequence[_Step], decisive: _Step) -> str:
    bad = [step for step in leaves if not step.is_good]
    if not bad or not decisive.is_good:
        return ""
    return f"{len(bad)} of {len(leaves)} addresses failed: {bad[0].detail or bad[0].outcome}"


def _left_out(steps: Sequence[_Step]) -> str:
    count = len({url for step in steps for url in step.follow} - {step.url for step in steps})
    if not count:
        return ""
    is_held_back = any(step.demand for step in steps)
    why = "because the server asked us to wait" if is_held_back else f"one poll fetches at most {MOST_ADDRESSES}"
    addresses = "1 listed address was" if count == 1 else f"{count} listed addresses were"
    return f"{addresses} not fetched{' ' if is_held_back else '; '}{why}"
