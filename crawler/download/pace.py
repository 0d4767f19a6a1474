"""When each registered domain may be asked next, for every crawler of this process together: ours and users' own spiders."""

from __future__ import annotations

import asyncio
import functools
from time import monotonic

_MANY = 10_000  # domains remembered before those that are free are forgotten


class Pace:
    """Gives turns, one after another in each domain."""

    def __init__(self) -> None:
        self._free: dict[str, float] = {}  # registered domain → when it may be asked next

    async def turn(self, site: str, delay: float) -> None:
        """Return when the domain may be asked; the next turn comes `delay` seconds later."""
        while (wait := self._free.get(site, 0.0) - monotonic()) > 0:
            await asyncio.sleep(wait)  # who waits longest is not always next: all are asked about one domain
        self._free[site] = monotonic() + delay
        if len(self._free) > _MANY:
            self._free = {site: free for site, free in self._free.items() if free > monotonic()}


@functools.cache
def shared_pace() -> Pace:
    """Return the pace of this process."""
    return Pace()
