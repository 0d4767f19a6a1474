"""Which domains asked to be left alone, and until when: Retry-After, and back-off where a server only says that it is overloaded.

The domain that responded is held, which after a redirect is not the one that was asked. Nothing is sent to a held domain: no
page, no feed and no robots.txt, whoever wants it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from scrapy.exceptions import IgnoreRequest

from crawler.schedule import LONGEST_FLOOR, retry_after

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FIRST = {429: 300.0, 503: 60.0}  # seconds of the first hold without a Retry-After; each further one is twice as long
_LONGEST = 3_600.0
_MANY = 10_000


class Held(IgnoreRequest):
    """A request that was not sent, because its domain asked to be left alone."""

    def __init__(self, site: str, seconds: float) -> None:
        super().__init__(f"{site} asked us to wait {_duration(seconds)}; nothing was requested")
        self.seconds = seconds


class Holds:
    """The holds that a process knows, on its monotonic clock."""

    def __init__(self) -> None:
        self._ends: dict[str, float] = {}
        self._in_a_row: dict[str, int] = {}  # holds without a Retry-After since the last ordinary response
        self._new: set[str] = set()

    def check(self, site: str) -> None:
        """Let a request pass.

        Raises:
            Held: its domain is held.
        """
        if (seconds := self.remaining(site)) > 0:
            raise Held(site, seconds)

    def remaining(self, site: str) -> float:
        """Return the seconds until a domain may be requested again; zero when it is not held."""
        return max(0.0, self._ends.get(site, 0.0) - monotonic())

    def note(self, site: str, status: int, wish: str | None, now: datetime) -> None:
        """Take in a response: hold the domain if it is 429 or 503, and end the back-off if it is another but a redirect.

        Args:
            wish: the Retry-After header.
        """
        if status in _REDIRECTS:
            return
        if status not in _FIRST:
            self._in_a_row.pop(site, None)
            return
        seconds = retry_after(wish, now).total_seconds()
        if not seconds and not self.remaining(site):
            row = self._in_a_row[site] = self._in_a_row.get(site, 0) + 1
            seconds = min(_FIRST[status] * 2 ** min(row - 1, 10), _LONGEST)
        if seconds > self.remaining(site):
            self._hold(site, seconds)
            self._new.add(site)

    def learn(self, ends: Mapping[str, datetime], now: datetime) -> None:
        """Take over holds that are stored, as site → end."""
        for site, end in ends.items():
            seconds = (end - now).total_seconds()
            if self.remaining(site) < seconds <= LONGEST_FLOOR.total_seconds():
                self._hold(site, seconds)

    def take_new(self) -> dict[str, timedelta]:
        """Return site → time left of the holds that came since the last call, for the archive."""
        new, self._new = self._new, set()
        return {site: timedelta(seconds=self.remaining(site)) for site in new}

    def _hold(self, site: str, seconds: float) -> None:
        if len(self._ends) >= _MANY:
            self._ends = {name: end for name, end in self._ends.items() if end > monotonic()}
        self._ends[site] = monotonic() + seconds


def _duration(seconds: float) -> str:
    return f"{round(seconds)} s" if seconds < 120 else f"{round(seconds / 60)} min"


@functools.lru_cache(maxsize=8)
def holds_of(data: Path) -> Holds:
    """Return the holds of this process for a data folder."""
    return Holds()
