"""A lost connection is charged to no server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from crawler.download.connection import Connection
from crawler.download.fetch import Fetched, Fetcher
from crawler.outcomes import Outcome
from crawler.resources import Shortage
from crawler.urls import registered_domain

_SILENT = frozenset({Outcome.UNREACHABLE, Outcome.TIMEOUT})
_UNASKED = frozenset({Outcome.REFUSED_ADDRESS, Outcome.REFUSED_BY_ROBOTS})  # decided without the server


class Connected:
    """A fetcher that notices when the connection is lost.

    Args:
        fetch: downloads the addresses.
        proxy: the proxy that they are downloaded through; empty for none.
    """

    def __init__(self, fetch: Fetcher, connection: Connection, proxy: str) -> None:
        self._fetch, self._connection = fetch, connection
        self._under_way, self._ended = 0, asyncio.Event()
        self._question = f"Is the proxy {proxy} running?" if proxy else "Is this machine connected to the internet?"

    async def __call__(self, url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        """Download an address, as a Fetcher does.

        Raises:
            Shortage: this process lacks what it needs, or the connection is lost.
        """
        fetched = await self._asked(url, headers, max_bytes)
        is_silent = fetched.outcome in _SILENT and fetched.status is None
        if fetched.is_counted and fetched.outcome not in _UNASKED:
            self._connection.note(registered_domain(fetched.url), responds=not is_silent)
        while is_silent and self._connection.is_lost:
            if not self._under_way:
                raise Shortage(f"no server responds; collecting pauses until one does. {self._question}")
            await self._ended.wait()  # failures are quicker than responses
        return fetched

    async def _asked(self, url: str, headers: Mapping[str, str], max_bytes: int | None) -> Fetched:
        self._under_way += 1
        try:
            return await self._fetch(url, headers, max_bytes)
        finally:
            self._under_way -= 1
            self._ended.set()
            self._ended = asyncio.Event()
