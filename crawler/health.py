"""The health of a feed: exactly one state, and a sentence that explains it. Pure functions of the state and the time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from config.sources import Feed
from crawler.archive.feed_requests import NOTHING, FeedRequest
from crawler.archive.feeds import FeedState
from crawler.archive.harvest import WAITING
from crawler.outcomes import Outcome, sentence_of
from crawler.schedule import as_polled, usual_wait

HealthName = Literal[
    "fine",
    "quiet",
    "empty",
    "no articles",
    "never polled",
    "overdue",
    "failing",
    "not a feed",
    "no preview",
    "not found",
    "forbidden by robots.txt",
    "refused address",
    "paused",
    "disabled",
]

WELL: frozenset[HealthName] = frozenset({"fine", "quiet", "empty", "never polled", "paused", "disabled"})
"""Of feeds that nobody has to look at."""

UNPOLLED: frozenset[HealthName] = frozenset({"paused", "disabled"})
"""Of feeds that are left alone."""

DELIVERING: frozenset[HealthName] = WELL - UNPOLLED - {"never polled"}
"""Of feeds that are polled and deliver."""

# Outcomes that say more than "failing".
_SPECIFIC: dict[str, HealthName] = {
    Outcome.NOT_A_FEED: "not a feed",
    Outcome.HTML_INSTEAD: "not a feed",
    Outcome.NOT_A_SITEMAP: "not a feed",
    Outcome.BINARY: "not a feed",
    Outcome.NO_ENTRIES: "empty",
    Outcome.NO_LINKS: "empty",
    Outcome.EMPTY: "empty",
    Outcome.NO_PREVIEW: "no preview",
    Outcome.NOT_FOUND: "not found",
    Outcome.GONE: "not found",
    Outcome.REFUSED_BY_ROBOTS: "forbidden by robots.txt",
    Outcome.REFUSED_ADDRESS: "refused address",
}
_QUIET_AFTER = timedelta(days=2)  # no feed counts as quiet before that
_RHYTHMS = 6  # multiples of its own rhythm after which a feed counts as quiet
_SLACK = timedelta(minutes=10)
_FRUITFUL = (Outcome.INDEXED, Outcome.SAME_ARTICLE, Outcome.PENDING)
_FEW = 3  # with fewer addresses, it means nothing that none yielded an article


@dataclass(frozen=True, slots=True)
class Health:
    """The state of a feed and why."""

    name: HealthName
    sentence: str


def health_of(
    feed: Feed,
    state: FeedState | None,
    now: datetime,
    harvest: Mapping[str, int] | None = None,
    *,
    paused: datetime | None = None,
) -> Health:
    """Return the one state a feed is in.

    Args:
        harvest: outcome → number of recently listed addresses, as crawler.archive.harvest counts them.
        paused: since when somebody wants it left alone; None when nobody does.
    """
    if not feed.enabled:
        return Health("disabled", feed.reason or "disabled in its file")
    if paused:
        return Health("paused", f"paused since {paused:%Y-%m-%d %H:%M} UTC; it is not polled until somebody resumes it")
    if state is None:
        return Health("never polled", "waiting for its first poll")
    if state.failures:
        return _failing(state)
    late = now - state.next_due
    if late > max(usual_wait(as_polled(feed, state.slowed), now) / 2, _SLACK):
        return Health("overdue", f"should have been polled {ago(late)} ago; is the crawler running?")
    if state.last_poll is None:
        return Health("never polled", "waiting for its first poll")
    name, sentence = _empty(state) or _fruitless(harvest or {}) or _answering(state, now)
    return Health(name, "; ".join(filter(None, (sentence, state.detail, _slowed(feed, state, now)))))


def _slowed(feed: Feed, state: FeedState, now: datetime) -> str:
    if not state.slowed:
        return ""
    often, usual = _every(timedelta(seconds=state.slowed)), _every(usual_wait(feed, now))
    return f"polled every {often} instead of every {usual}, because its domain allows no more requests"


def _every(span: timedelta) -> str:
    seconds = round(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else ago(span)


def healths(
    feeds: Iterable[Feed],
    states: Mapping[str, FeedState],
    harvests: Mapping[str, Mapping[str, int]],
    now: datetime,
    requests: Mapping[str, FeedRequest],
) -> dict[str, Health]:
    """Return feed id → health, given states, harvests and what people want of the crawler by feed id."""
    return {
        feed.id: health_of(
            feed, states.get(feed.id), now, harvests.get(feed.id), paused=requests.get(feed.id, NOTHING).paused
        )
        for feed in feeds
    }


def next_rhythm(state: FeedState, now: datetime) -> int | None:
    """Return the rhythm, in seconds, after a poll at `now` that returned something new."""
    if state.last_new is None:
        return state.rhythm
    gap = max(int((now - state.last_new).total_seconds()), 0)
    return gap if state.rhythm is None else round(0.8 * state.rhythm + 0.2 * gap)


def _failing(state: FeedState) -> Health:
    since = f" since {state.failing_since:%Y-%m-%d %H:%M} UTC" if state.failing_since else ""
    times = "once" if state.failures == 1 else f"{state.failures} times"
    why = (state.detail or sentence_of(state.outcome or "")).removesuffix(".")
    return Health(name_of_failure(state.outcome or ""), f"{why} ({times}{since})")


def name_of_failure(outcome: str) -> HealthName:
    """Return the state of a feed whose poll, or test request, ended in an outcome that is not good."""
    return _SPECIFIC.get(outcome, "failing")


def _empty(state: FeedState) -> tuple[HealthName, str] | None:
    if state.outcome != Outcome.NO_ENTRIES:
        return None
    since = f"; it last listed a new one {state.last_new:%Y-%m-%d %H:%M} UTC" if state.last_new else ""
    return "empty", f"{sentence_of(Outcome.NO_ENTRIES)}{since}"


def _answering(state: FeedState, now: datetime) -> tuple[HealthName, str]:
    if state.last_new is None:
        return "fine", "all articles that it lists were known before, from other feeds"
    silence = now - state.last_new
    if silence > max(_RHYTHMS * timedelta(seconds=state.rhythm or 0), _QUIET_AFTER):
        return "quiet", f"responds, but has had no new articles for {ago(silence)}"
    return "fine", f"new articles {ago(silence)} ago" if silence >= timedelta(minutes=1) else "new articles just now"


def _fruitless(harvest: Mapping[str, int]) -> tuple[HealthName, str] | None:
    total = sum(harvest.values())
    are_all_waiting = all(outcome.startswith(WAITING) for outcome in harvest)
    if not total or any(map(harvest.get, _FRUITFUL)) or (total < _FEW and not are_all_waiting):
        return None
    outcomes = sorted(harvest.items(), key=lambda item: -item[1])
    reasons = ", ".join(f"{_reason(outcome)} ({number})" for outcome, number in outcomes)
    which = "its newest address has not" if total == 1 else f"none of its last {total} addresses"
    return "no articles", f"responds, but {which} yielded an article: {reasons}"


def _reason(outcome: str) -> str:
    return outcome.removeprefix(WAITING) if outcome.startswith(WAITING) else sentence_of(outcome)


def ago(span: timedelta) -> str:
    """Return a span of time in one unit, such as `12 min`, `3 h` or `2 days`."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1_440} days"
