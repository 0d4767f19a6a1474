"""How often somebody may try to sign in."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

from monitor.web.answers import TooMany

OF_ONE = 10  # failed attempts of one address within WITHIN
OF_ALL = 100  # of all addresses together: whoever has many still guesses no password
WITHIN = 600.0  # seconds
_MOST_ADDRESSES = 10_000  # whose attempts are known; the oldest are forgotten


class Attempts:
    """Counts failed attempts by address.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._by_address: OrderedDict[str, deque[float]] = OrderedDict()
        self._all: deque[float] = deque()

    @property
    def addresses(self) -> int:
        """The number of addresses whose attempts are known."""
        return len(self._by_address)

    def begin(self, address: str) -> None:
        """Count an attempt as failed before it is made, so that many at once count too.

        Raises:
            TooMany: there were too many.
        """
        group = _group(address)
        with self._lock:
            now = self._clock()
            own = self._by_address.get(group, deque())
            for attempts, most in ((own, OF_ONE), (self._all, OF_ALL)):
                while attempts and attempts[0] <= now - WITHIN:
                    attempts.popleft()
                if len(attempts) >= most:
                    raise TooMany("too many attempts to sign in", after=attempts[0] + WITHIN - now)
            own.append(now)
            self._all.append(now)
            self._by_address[group] = own
            self._by_address.move_to_end(group)
            while len(self._by_address) > _MOST_ADDRESSES:
                self._by_address.popitem(last=False)

    def succeed(self, address: str) -> None:
        """Forget the attempts of an address that has signed in."""
        with self._lock:
            for moment in self._by_address.pop(_group(address), ()):
                if moment in self._all:
                    self._all.remove(moment)


def _group(address: str) -> str:
    """Return what counts as one address: in IPv6 the network that one customer is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network((known, 64), strict=False)) if isinstance(known, IPv6Address) else address
