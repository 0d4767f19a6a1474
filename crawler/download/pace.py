"""When each registered domain may be requested next: one request at a time, spaced by the delay, whoever makes it.

Parley's crawler and users' own spiders of a process share one pace for each data folder. Other processes that use the folder,
such as `parley sources check` beside a running crawler, share the moments of the last requests in a file.
"""

from __future__ import annotations

import asyncio
import fcntl
import functools
import hashlib
import math
import os
import struct
import weakref
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from time import monotonic

LONGEST_DELAY = 600.0  # seconds; a Crawl-delay is obeyed up to ten minutes
_MANY = 10_000  # domains remembered before those without a waiting time are dropped
_SLOTS = 65_536
_TRIES, _PAUSE = 200, 0.005  # attempts to lock the file, and seconds between them
_SLOT = struct.Struct("=8sd")  # hash of a domain; when it was last requested, on the clock that all processes share


class _Domain:
    """What is known about one domain; times are monotonic seconds."""

    __slots__ = ("crawl_delays", "last", "lock")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.last: float | None = None
        self.crawl_delays: dict[str, float] = {}  # by the host whose robots.txt asks for them


class Pace:
    """Grants turns, one at a time in each domain.

    Args:
        delay: seconds between two requests, where the domain does not ask for more.
        path: file that other processes share; it is created if its folder exists.
    """

    def __init__(self, delay: float, path: Path | None = None) -> None:
        self._delay = delay
        self._domains: dict[str, _Domain] = {}
        self._shared = _SharedMoments(path)

    @asynccontextmanager
    async def turn(self, site: str) -> AsyncIterator[None]:
        """Wait until the domain may be requested, and keep others from requesting it until the block ends.

        The delay counts from the moment the server responded to the previous request, which `note` records: that the
        request has arrived is certain only then, and however long it travelled, two never arrive closer together. Where nothing
        responded, the delay counts from the end of the block.
        """
        domain = self._domain(site)
        async with domain.lock:
            await self._wait(site, domain)
            domain.last = None
            try:
                yield
            finally:
                if domain.last is None:
                    self.note(site)

    def note(self, site: str) -> None:
        """Note that the server of a domain has responded to the current request."""
        self._domain(site).last = monotonic()
        if self._shared.is_usable and self.delay(site):
            self._shared.note(site)

    def remaining(self, site: str) -> float:
        """Return the seconds until the domain may be requested; zero also while a request is under way."""
        domain = self._domains.get(site)
        return 0.0 if domain is None or domain.last is None else max(0.0, domain.last + self.delay(site) - monotonic())

    def resting(self) -> set[str]:
        """Return the domains that may not be requested yet."""
        return {site for site in self._domains if self.remaining(site) > 0}

    def delay(self, site: str) -> float:
        """Return the seconds between two requests to a domain: the setting, or more if its robots.txt asks for that."""
        domain = self._domains.get(site)
        return max(self._delay, *domain.crawl_delays.values(), 0.0) if domain else self._delay

    def slow_down(self, site: str, host: str, crawl_delay: float) -> None:
        """Keep the Crawl-delay that the robots.txt of a host asks for, up to ten minutes; zero where it asks for none."""
        if crawl_delay > 0:
            self._domain(site).crawl_delays[host] = min(crawl_delay, LONGEST_DELAY)
        elif site in self._domains:
            self._domains[site].crawl_delays.pop(host, None)

    async def _wait(self, site: str, domain: _Domain) -> None:
        while (wait := self.remaining(site)) > 0:
            await asyncio.sleep(wait)  # once more if a timer fires early
        if self._shared.is_usable and self.delay(site):
            while (wait := await self._shared.take(site, self.delay(site))) > 0:
                await asyncio.sleep(wait)

    def _domain(self, site: str) -> _Domain:
        domain = self._domains.get(site)
        if domain is None:
            if len(self._domains) >= _MANY:
                self._domains = {name: one for name, one in self._domains.items() if self._is_needed(name, one)}
            domain = self._domains[site] = _Domain()
        return domain

    def _is_needed(self, site: str, domain: _Domain) -> bool:
        return domain.lock.locked() or bool(domain.crawl_delays) or self.remaining(site) > 0


class _SharedMoments:
    """A file with the moments of the last requests of all processes; without effect where it cannot be written.

    A domain's place is a hash of its name. Where two share one, the later request replaces the moment of the other domain.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = -1
        if path:
            with suppress(OSError):
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
                weakref.finalize(self, os.close, self._file)

    @property
    def is_usable(self) -> bool:
        """Whether there is such a file."""
        return self._file >= 0

    async def take(self, site: str, delay: float) -> float:
        """Note that the domain is requested now and return zero, or return the seconds to wait if that is too early."""
        for _ in range(_TRIES):
            with self._lock() as file:
                if file is not None:
                    wait = _read(file, site) + delay - monotonic()
                    if wait <= 0:
                        _write(file, site, monotonic())
                    return max(wait, 0.0)
            await asyncio.sleep(_PAUSE)
        return 0.0

    def note(self, site: str) -> None:
        """Note that the domain responds now."""
        with self._lock() as file:
            if file is not None and _read(file, site) < (now := monotonic()):
                _write(file, site, now)

    @contextmanager
    def _lock(self) -> Iterator[int | None]:
        """Give the locked file; None where another process, which may have been stopped, has locked it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
            return
        try:
            yield self._file
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _read(file: int, site: str) -> float:
    """Return when a domain was last requested; long ago when it is not known."""
    place, name = _place(site)
    data = os.pread(file, _SLOT.size, place)
    owner, last = _SLOT.unpack(data) if len(data) == _SLOT.size else (b"", 0.0)
    # A moment that is yet to come is from before the machine was started again.
    is_known = owner == name and last <= monotonic()
    return float(last) if is_known else -math.inf


def _write(file: int, site: str, moment: float) -> None:
    place, name = _place(site)
    with suppress(OSError):  # the disk is full
        os.pwrite(file, _SLOT.pack(name, moment), place)


def _place(site: str) -> tuple[int, bytes]:
    digest = hashlib.blake2b(site.encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _SLOTS * _SLOT.size, digest


@functools.lru_cache(maxsize=8)
def pace_of(data: Path, delay: float) -> Pace:
    """Return the pace of this process for a data folder."""
    return Pace(delay, data / "pace")
