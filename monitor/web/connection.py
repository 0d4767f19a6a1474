"""Connections that send the head of a request in time, or are closed."""

from __future__ import annotations

import asyncio
from typing import cast

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WITHIN = 15.0  # seconds from the first byte, or from the beginning of a connection, to the end of the head


class Connection(H11Protocol):
    """A connection as uvicorn serves it, which waits for the head of a request no longer than `head_within`.

    uvicorn limits only the pause between two requests. Without this, a few hundred connections that send a byte now and then
    would keep everybody else out (Slowloris).
    """

    head_within = HEAD_WITHIN
    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait."""
        super().connection_made(cast(asyncio.Transport, transport))
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Wait on while the head is incomplete."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if not self._has_no_request():
            self._unwatch()
        elif self._limit is None:
            self._limit = self.loop.call_later(self.head_within, self._close)

    def _unwatch(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None

    def _has_no_request(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _close(self) -> None:
        self._limit = None
        if self._has_no_request() and not self.transport.is_closing():
            self.transport.close()
