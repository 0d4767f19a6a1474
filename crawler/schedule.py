"""When a feed is polled and a page is retried: rules without clock, network or disk."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from config.sources import Feed
from crawler.parse.http_dates import read_http_date

DAY = timedelta(days=1)
LEASE = timedelta(minutes=30)  # for which a feed or an address is claimed
LONGEST_FLOOR = DAY  # the longest wait a server can ask for
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(seconds=1)

# A page that cannot be fetched is retried after these waits, about four days in total. Then its address has ended.
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 360, 1_440, 2_880))
LONGEST_RETRY = RETRIES[-1]
# An address that ended for a cause that may pass is tried once more after each of these waits, and then abandoned.
LATER = tuple(timedelta(days=days) for days in (7, 14, 28))


def next_due(feed: Feed, now: datetime, *, failures: int = 0, floor: timedelta = timedelta()) -> datetime:
    """Return when to poll again.

    Polls of a feed with `every` lie on a grid shifted by a hash of its id, so that feeds with the same interval stay spread
    out over it; the wait after a poll is between half an interval and one and a half.

    Args:
        failures: failed polls in a row; each doubles the usual wait, up to a day.
        floor: the shortest wait the server asked for; at most a day counts.
    """
    usual = usual_wait(feed, now)
    extra = max(usual, min(usual * 2 ** min(failures, 20), DAY)) - usual
    settle = timedelta(seconds=feed.every / 2) if feed.every else _INSTANT
    earliest = now + max(extra + settle, min(floor, LONGEST_FLOOR))
    fire: datetime | None = _trigger(feed.id, feed.every, feed.cron).get_next_fire_time(None, earliest)
    return fire.astimezone(UTC) if fire else now + DAY


def retry_at(attempts: int, now: datetime, *, floor: timedelta = timedelta()) -> datetime | None:
    """Return when to try a page again after that many failed attempts, or None when its address has ended.

    Args:
        floor: the shortest wait the server asked for; at most a day counts.
    """
    if attempts > len(RETRIES):
        return None
    usual = RETRIES[attempts - 1] if attempts else _INSTANT
    return now + max(usual, min(floor, LONGEST_FLOOR))


def later_at(attempts: int, now: datetime) -> datetime | None:
    """Return when to try an address again that has ended after that many failed attempts, or None when it is abandoned."""
    done = attempts - len(RETRIES) - 1
    return now + LATER[done] if 0 <= done < len(LATER) else None


def retry_after(value: str | None, now: datetime) -> timedelta:
    """Return the wait a Retry-After header asks for (seconds or a date, RFC 9110 10.2.3), at most a day; else zero."""
    value = (value or "").strip()
    if value.isascii() and value.isdigit():
        return min(timedelta(seconds=int(value[:9])), LONGEST_FLOOR)
    until = read_http_date(value) or now
    return min(max(until - now, timedelta()), LONGEST_FLOOR)


def max_age(value: str | None) -> timedelta:
    """Return the max-age of a Cache-Control header (RFC 9111 5.2.2.1), at most a day; else zero."""
    for part in (value or "").split(","):
        name, _, number = part.strip().lower().partition("=")
        number = number.strip('"')
        if name == "max-age" and number.isascii() and number.isdigit():
            return min(timedelta(seconds=int(number[:9])), LONGEST_FLOOR)
    return timedelta()


def domain_wait(delay: float, requests: int) -> timedelta:
    """Return how often a domain allows all of its feeds to be polled, when half of its requests are to be for pages.

    Args:
        delay: seconds between two requests to the domain.
        requests: made by one poll of each of its feeds.
    """
    return timedelta(seconds=2 * delay * requests)


def as_polled(feed: Feed, slowed: int | None) -> Feed:
    """Return the feed with the interval at which it is really polled.

    Args:
        slowed: seconds between polls, where its domain allows fewer than its schedule asks for.
    """
    return replace(feed, every=float(slowed), cron=None) if slowed else feed


def usual_wait(feed: Feed, now: datetime) -> timedelta:
    """Return the time between two polls when nothing fails."""
    if feed.every:
        return timedelta(seconds=feed.every)
    trigger = _trigger(feed.id, feed.every, feed.cron)
    first = trigger.get_next_fire_time(None, now)
    second = trigger.get_next_fire_time(None, first + _INSTANT) if first else None
    return second - first if first and second else DAY


@functools.lru_cache(maxsize=16_384)
def _trigger(feed_id: str, every: float | None, cron: str | None) -> BaseTrigger:
    if every is None:
        return CronTrigger.from_crontab(cron or "0 * * * *", timezone=UTC)
    share = int.from_bytes(hashlib.blake2b(feed_id.encode(), digest_size=8).digest(), "big") / 2**64
    return IntervalTrigger(seconds=every, start_date=_EPOCH + timedelta(seconds=every * share), timezone=UTC)
