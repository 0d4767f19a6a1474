"""Cookies and meta refreshes within one chain of redirects, as in a browser's first visit; both are forgotten afterwards."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response
from scrapy.http.cookies import CookieJar

SOON = 5  # seconds; a page that reloads later shows its text until then


class _Chain:
    """One request together with those that it is redirected to."""


class _Jars(WeakKeyDictionary[_Chain, CookieJar]):
    """The cookies of the chains under way; those of a chain go when its last request does."""

    def __getitem__(self, chain: _Chain) -> CookieJar:
        return self.setdefault(chain, CookieJar())


class ChainCookiesMiddleware(CookiesMiddleware):
    """Sends back the cookies that were set earlier in the same chain of redirects, and no others."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self.jars: Any = _Jars()

    def process_request(self, request: Request, spider: Spider | None = None) -> Request | Response | None:
        """Give the request the cookies of its chain. A redirected request keeps the chain, which is in its meta."""
        request.meta.setdefault("cookiejar", _Chain())
        return super().process_request(request)


class SoonRefreshMiddleware(MetaRefreshMiddleware):
    """Follows the meta refresh of a successful response within five seconds, unless the page only reloads itself."""

    def process_response(
        self, request: Request, response: Response, spider: Spider | None = None
    ) -> Request | Response:
        """Return the request that the page refreshes to, or the response."""
        if response.status != 200:
            return response
        result = super().process_response(request, response)
        if isinstance(result, Request) and result.url == request.url and not _sets_first_cookie(request, response):
            return response
        return result


def _sets_first_cookie(request: Request, response: Response) -> bool:
    return "Set-Cookie" in response.headers and "Cookie" not in request.headers
