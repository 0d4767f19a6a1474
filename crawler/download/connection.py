"""Whether this machine is connected: one server may be down, but hardly three that responded before, one after the other."""

from __future__ import annotations

import functools
import math
from pathlib import Path
from time import monotonic

ENOUGH = 3  # domains


class Connection:
    """Which domains fell silent since any server responded."""

    def __init__(self) -> None:
        self._responds: dict[str, bool] = {}  # whether a domain did so the last time
        self._has_been = False  # whether any ever did
        self._fallen_silent: set[str] = set()
        self._back_since = -math.inf

    @property
    def is_lost(self) -> bool:
        """Whether so many fell silent that this machine must be the cause."""
        return len(self._fallen_silent) >= ENOUGH

    def note(self, site: str, *, responds: bool) -> None:
        """Take in whether a domain responded; one that did not respond the last time either says nothing new.

        A domain that is new says something only as long as none has ever responded.
        """
        if responds:
            self._has_been = True
            self._back_since = monotonic() if self.is_lost else self._back_since
            self._fallen_silent.clear()
        elif self._responds.get(site, not self._has_been):
            self._fallen_silent.add(site)
        self._responds[site] = responds

    def excuses(self, failure: float) -> bool:
        """Return whether a failure at this time on the monotonic clock says nothing of the server."""
        return self.is_lost or failure < self._back_since


@functools.lru_cache(maxsize=8)
def connection_of(data: Path) -> Connection:
    """Return the connection of this process for a data folder."""
    return Connection()
