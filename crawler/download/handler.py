"""Scrapy's downloader, which every request of every crawler passes through: pace, holds and a limit on headers.

Headers without a limit would fill the memory until the time limit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.python.failure import Failure
from twisted.web import _newclient

from crawler.download.fetch import TooManyHeaders
from crawler.download.holds import holds_of
from crawler.download.pace import Pace, pace_of
from crawler.limits import HEADER_BYTES
from crawler.urls import registered_domain


class PoliteDownloadHandler(http11.HTTP11DownloadHandler):
    """Downloads over HTTP/1.1, one request at a time per domain, and aborts responses with more than 256 KB of headers.

    Here and not in a middleware, because only here is it known when a request is sent: connecting and waiting for other requests
    come in between.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        data = Path(crawler.settings["PARLEY_DATA"])
        self._pace = pace_of(data, crawler.settings.getfloat("PARLEY_DELAY"))
        self._holds = holds_of(data)
        # As Scrapy itself replaces Twisted's protocol.
        self._pool._factory = self._factory  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """Send a request in its turn.

        Raises:
            Held: its domain asked to be left alone.
        """
        site = registered_domain(request.url)
        self._holds.check(site)
        async with self._pace.turn(site):
            self._holds.check(site)  # it may have asked meanwhile
            response = await super().download_request(request)
        wish = (response.headers.get("Retry-After") or b"").decode("latin-1")
        self._holds.note(site, response.status, wish, datetime.now(UTC))
        return response

    def _factory(self, *arguments: Any) -> _Factory:
        factory = _Factory(*arguments)  # type: ignore[no-untyped-call]
        factory.pace = self._pace
        return factory


class _Factory(http11._LenientHTTP11ClientFactory):
    pace: Pace

    def buildProtocol(self, addr: object) -> _Protocol:  # noqa: N802 (Twisted's name)
        protocol = _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
        protocol.pace = self.pace
        return protocol


class _Protocol(http11._LenientHTTP11ClientProtocol):
    pace: Pace
    _site = ""
    _is_heard = False
    _before_body = 0

    def request(self, request: Any) -> Deferred[Any]:
        from twisted.internet import reactor

        self._is_heard = False
        self._site = registered_domain(request.absoluteURI.decode("ascii"))
        if not getattr(request, "was_sent", False):
            request.was_sent = True
            return super().request(request)
        # Twisted sends a request again when a kept connection turns out to be closed; the server may have seen the first one.
        return deferLater(reactor, self.pace.delay(self._site), super().request, request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if not self._is_heard:
            self._is_heard = True
            self.pace.note(self._site)
        if self._parser is not None:  # Twisted drops the connection after a line of 16 KB, without a reason
            self._parser.MAX_LENGTH = HEADER_BYTES
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        in_headers = self._parser is not None and self._parser.state in (_newclient.STATUS, _newclient.HEADER)
        self._before_body = self._before_body + len(data) if in_headers else 0
        if self._before_body > HEADER_BYTES:
            self._giveUp(Failure(TooManyHeaders()))  # type: ignore[no-untyped-call]
