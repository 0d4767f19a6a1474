"""One request and how it ended: every way in which a download can go wrong has a name."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from gzip import BadGzipFile
from time import monotonic

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.download.guard import RefusedAddress
from crawler.download.robots import RefusedByRobots, RobotsUnreachable

ANSWERED, NOT_MODIFIED = "answered", "not_modified"

# What may be over by the next attempt; every other outcome is final for a page.
TEMPORARY = frozenset(
    {"throttled", "server_error", "unreachable", "timeout", "robots_unreachable", "bad_certificate", "cut_off"}
)
_BY_STATUS = {304: NOT_MODIFIED, 404: "not_found", 408: "timeout", 410: "gone", 425: "throttled", 429: "throttled"}
_FORBIDDEN = frozenset({401, 402, 403, 407, 451})


class TooManyHeaders(Exception):
    """The headers of an answer do not end where those of honest servers do; Scrapy only passes on the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How a request ended.

    Attributes:
        outcome: `answered` with a body, `not_modified`, or what went wrong.
        detail: a sentence about what went wrong.
        url: where redirects led.
        status: of the last answer; None when there was none.
        headers: of the answer, names in lower case.
    """

    outcome: str
    url: str
    detail: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    milliseconds: int = 0

    @property
    def content_type(self) -> str:
        """The media type with its parameters as the server gave them, in lower case; empty when it gave none."""
        return self.headers.get("content-type", "").strip().lower()


Fetcher = Callable[[str, Mapping[str, str]], Awaitable[Fetched]]


async def fetch(engine: ExecutionEngine, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
    """Download an address through Scrapy's downloader and all of its middlewares; never raises for what the world does."""
    began = monotonic()
    try:
        request = Request(url, headers=dict(headers or {}), callback=NO_CALLBACK, dont_filter=True)
        response = await engine.download_async(request)
    except Exception as error:
        outcome, detail = outcome_of_error(error)
        return Fetched(outcome=outcome, detail=detail, url=url, milliseconds=_since(began))
    outcome, detail = outcome_of_status(response.status)
    return Fetched(
        outcome=outcome,
        detail=detail,
        url=response.url,
        status=response.status,
        headers=_headers(response),
        body=response.body if outcome == ANSWERED else b"",
        milliseconds=_since(began),
    )


def outcome_of_status(status: int) -> tuple[str, str]:
    """Return the name of what a status means to us, and a sentence when it is bad news."""
    if 200 <= status < 300:
        return ANSWERED, ""
    if status in _BY_STATUS:
        return _BY_STATUS[status], "" if status == 304 else f"the server answers {status}"
    if status in _FORBIDDEN:
        return "forbidden", f"the server answers {status}"
    if 300 <= status < 400:
        return "redirected_nowhere", f"the server answers {status} without a web address to go to"
    name = "client_error" if 400 <= status < 500 else "server_error"
    return name, f"the server answers {status}"


def outcome_of_error(error: Exception) -> tuple[str, str]:
    """Return the name of what made a download fail, and a sentence."""
    said = str(error)
    match error:
        case RefusedAddress():
            return "refused_address", said
        case RefusedByRobots():
            return "refused_by_robots", said
        case RobotsUnreachable(__cause__=Exception() as cause):
            return outcome_of_error(cause)  # the page would have failed in the same way
        case RobotsUnreachable():
            return "robots_unreachable", said
        case IgnoreRequest() if "redirect" in said:
            return "redirect_loop", "more than 5 redirects"
        case IgnoreRequest() if "max size" in said or "MAXSIZE" in said:
            return "too_large", "the answer is larger than the setting max_bytes allows"
        case DownloadCancelledError():  # Scrapy cancels nothing else, and does not always say why
            return "too_large", "the answer is larger than the setting max_bytes allows"
        case EOFError() | BadGzipFile() | zlib.error():
            return "cut_off", "the compressed answer cannot be unpacked"
        case CannotResolveHostError():
            return "unreachable", "the name of the server cannot be resolved"
        case DownloadTimeoutError():
            return "timeout", "no complete answer in time"
        case UnsupportedURLSchemeError() | ValueError():
            return "refused_address", f"not an address that can be fetched: {said}"
    if TooManyHeaders.__name__ in said:
        return "too_large", "the answer has headers without end"
    if "certificate" in said.lower():
        return "bad_certificate", "the server's certificate cannot be verified"
    if "DataLoss" in f"{type(error).__name__} {said}":
        return "cut_off", "the answer ended too early"
    return "unreachable", f"the server cannot be reached ({type(error).__name__})"


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)
