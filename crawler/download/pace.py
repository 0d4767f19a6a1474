"""When each registered domain may be requested next, for all crawlers of this process: Parley's and users' own spiders."""

from __future__ import annotations

import asyncio
import functools
from time import monotonic

_MANY = 10_000  # domains remembered before those without a waiting time are dropped


class Pace:
    """Grants turns, one at a time in each domain."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}  # registered domain → when it may be requested next

    async def turn(self, site: str, delay: float) -> None:
        """Wait until the domain may be requested; the next turn comes `delay` seconds later."""
        while (wait := self._free.get(site, 0.0) - monotonic()) > 0:
            await asyncio.sleep(wait)  # turns need not be in order: all waiting requests are for one domain
        self._free[site] = monotonic() + delay
        if len(self._free) > _MANY:
            self._free = {site: free for site, free in self._free.items() if free > monotonic()}


@functools.cache
def shared_pace() -> Pace:
    """Return the pace of this process."""
    return Pace()
