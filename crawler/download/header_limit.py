"""Scrapy's downloader with a limit on headers, which would otherwise fill the memory until the time limit."""

from __future__ import annotations

from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from twisted.python.failure import Failure
from twisted.web import _newclient

from crawler.download.fetch import TooManyHeaders
from crawler.limits import HEADER_BYTES


class BoundedDownloadHandler(http11.HTTP11DownloadHandler):
    """Downloads over HTTP/1.1 and aborts responses with more than 256 KB of headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory  # as Scrapy itself replaces Twisted's protocol


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: object) -> _Protocol:  # noqa: N802 (Twisted's name)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class _Protocol(http11._LenientHTTP11ClientProtocol):
    _before_body = 0

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        in_headers = self._parser is not None and self._parser.state in (_newclient.STATUS, _newclient.HEADER)
        self._before_body = self._before_body + len(data) if in_headers else 0
        if self._before_body > HEADER_BYTES:
            self._giveUp(Failure(TooManyHeaders()))  # type: ignore[no-untyped-call]
