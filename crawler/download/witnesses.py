"""The clocks of servers, which give the time with every response (RFC 9110, 6.6.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from crawler.download.fetch import Fetched, Fetcher
from crawler.outcomes import Outcome
from crawler.parse.http_dates import read_http_date
from crawler.urls import registered_domain

# Between two clocks that show the same time; caches give the time of the original response.
TOLERANCE = timedelta(hours=1)
ENOUGH = 3  # domains: one server may be this machine, or have no better clock


class Witnesses:
    """A fetcher that remembers of each domain whether its server agreed with the clock here, and when.

    Args:
        fetch: downloads the addresses.
        clock: the time of day here.
    """

    def __init__(self, fetch: Fetcher, clock: Callable[[], datetime]) -> None:
        self._fetch, self._clock = fetch, clock
        self._seen: dict[str, tuple[datetime, bool]] = {}

    async def __call__(self, url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        """Download an address, as a Fetcher does."""
        fetched = await self._fetch(url, headers, max_bytes)
        given = read_http_date(fetched.headers.get("date", ""))
        if given and fetched.outcome in (Outcome.ANSWERED, Outcome.NOT_MODIFIED):
            now = self._clock()
            self._seen[registered_domain(fetched.url)] = now, abs(given - now) <= TOLERANCE
        return fetched

    def agree(self, since: datetime) -> bool:
        """Return whether enough domains agreed with the clock since this time by it, and more than did not."""
        answers = [agrees for at, agrees in self._seen.values() if at >= since]
        return answers.count(True) >= max(ENOUGH, answers.count(False) + 1)
