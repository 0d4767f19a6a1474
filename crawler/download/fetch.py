"""One request and how it ended: every way a download can fail has a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Protocol

from scrapy import Request
from scrapy.core.engine import ExecutionEngine
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.download.guard import RefusedAddress, RefusedName
from crawler.download.holds import Held, Holds
from crawler.download.robots import RefusedByRobots, RobotsUnreachable
from crawler.download.unpacking import KEEP_CUT, CutOff, cut_in
from crawler.outcomes import Outcome
from crawler.resources import raise_if_short
from crawler.urls import registered_domain

_BY_STATUS = {
    304: Outcome.NOT_MODIFIED,
    404: Outcome.NOT_FOUND,
    408: Outcome.TIMEOUT,
    410: Outcome.GONE,
    425: Outcome.THROTTLED,
    429: Outcome.THROTTLED,
}
_FORBIDDEN = frozenset({401, 402, 403, 407, 451})
_LOST = "the response ended too early"


class TooManyHeaders(Exception):
    """The headers of a response exceed the limit. Scrapy passes on only the name of this class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """How a request ended.

    Attributes:
        outcome: `answered` with a body, `not_modified`, or what went wrong.
        detail: a sentence that says what went wrong.
        url: the address after redirects.
        status: HTTP status of the last response; None without one.
        headers: of the response, names in lower case.
        body: when the outcome is `cut_off`, the part that arrived.
        wait: how long the server that responded wants no further request.
        holds: registered domain → how long it wants no further request, of all that said so since the last request.
        is_final: the outcome cannot change by the next attempt, whatever it is usually.
        is_counted: the server was tried; otherwise a hold or a remembered failure of its robots.txt kept the request back.
        is_bounded: the body had a length or an end mark; otherwise it ended with the connection, which may have been lost.
    """

    outcome: Outcome
    url: str
    detail: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    is_bounded: bool = True
    wait: timedelta = timedelta()
    holds: Mapping[str, timedelta] = field(default_factory=dict)
    is_final: bool = False
    is_counted: bool = True
    milliseconds: int = 0

    @property
    def content_type(self) -> str:
        """The media type with its parameters as the server gave them, in lower case; empty when it gave none."""
        return self.headers.get("content-type", "").strip().lower()


class Fetcher(Protocol):
    """Downloads addresses."""

    async def __call__(self, url: str, headers: Mapping[str, str], max_bytes: int | None = None) -> Fetched:
        """Download an address; never raises for network or server errors.

        Args:
            max_bytes: limit for the decompressed body; None for the setting of that name.

        Raises:
            Shortage: this process lacks file descriptors, threads or memory.
        """
        ...


async def fetch(
    engine: ExecutionEngine,
    url: str,
    headers: Mapping[str, str] | None = None,
    max_bytes: int | None = None,
    *,
    holds: Holds,
) -> Fetched:
    """Download an address through Scrapy's downloader and its middlewares, as a Fetcher does.

    Raises:
        Shortage: this process lacks file descriptors, threads or memory.
    """
    began = monotonic()
    try:
        meta: dict[str, object] = {KEEP_CUT: True, "download_fail_on_dataloss": False}
        if max_bytes is not None:
            meta["download_maxsize"] = max_bytes
        request = Request(url, headers=dict(headers or {}), meta=meta, callback=NO_CALLBACK, dont_filter=True)
        response = await engine.download_async(request)
    except Exception as error:
        raise_if_short(error)
        outcome, detail = outcome_of_error(error)
        is_remembered = isinstance(error, RobotsUnreachable) and error.is_remembered
        return Fetched(
            outcome=outcome,
            detail=detail,
            url=url,
            wait=timedelta(seconds=error.seconds) if isinstance(error, (Held, RobotsUnreachable)) else timedelta(),
            holds=holds.take_new(),
            is_final=isinstance(error, RefusedAddress) and not isinstance(error, RefusedName),
            is_counted=not isinstance(error, Held) and not is_remembered,
            milliseconds=_since(began),
        )
    outcome, detail = outcome_of_status(response.status)
    cut = _LOST if "dataloss" in response.flags else cut_in(response.flags)
    is_answer = outcome == Outcome.ANSWERED
    return Fetched(
        outcome=Outcome.CUT_OFF if is_answer and cut else outcome,
        detail=cut if is_answer else detail,
        url=response.url,
        status=response.status,
        headers=_headers(response),
        body=response.body if is_answer else b"",
        is_bounded="partial" not in response.flags,
        holds=holds.take_new(),
        wait=timedelta(seconds=0.0 if is_answer else holds.remaining(registered_domain(response.url))),
        milliseconds=_since(began),
    )


def outcome_of_status(status: int) -> tuple[Outcome, str]:
    """Return the outcome that a status means, and a sentence if the request failed."""
    if 200 <= status < 300:
        return Outcome.ANSWERED, ""
    if status in _BY_STATUS:
        return _BY_STATUS[status], "" if status == 304 else f"the server returned {status}"
    if status in _FORBIDDEN:
        return Outcome.FORBIDDEN, f"the server returned {status}"
    if 300 <= status < 400:
        return Outcome.REDIRECTED_NOWHERE, f"the server returned {status} without a usable address to redirect to"
    outcome = Outcome.CLIENT_ERROR if 400 <= status < 500 else Outcome.SERVER_ERROR
    return outcome, f"the server returned {status}"


def outcome_of_error(error: Exception) -> tuple[Outcome, str]:
    """Return the outcome of a download that failed, and a sentence."""
    message = str(error)
    match error:
        case Held():
            return Outcome.THROTTLED, message
        case RefusedAddress():
            return Outcome.REFUSED_ADDRESS, message
        case RefusedByRobots():
            return Outcome.REFUSED_BY_ROBOTS, message
        case RobotsUnreachable(__cause__=Exception() as cause):
            return outcome_of_error(cause)  # the page would have failed the same way
        case RobotsUnreachable():
            return Outcome.ROBOTS_UNREACHABLE, message
        case IgnoreRequest() if "redirect" in message:
            return Outcome.REDIRECT_LOOP, "more than 5 redirects"
        case IgnoreRequest() if "max size" in message or "MAXSIZE" in message:
            return Outcome.TOO_LARGE, "the response is larger than the setting max_bytes allows"
        case DownloadCancelledError():  # Scrapy cancels downloads for no other reason, and does not always give it
            return Outcome.TOO_LARGE, "the response is larger than the setting max_bytes allows"
        case CutOff():
            return Outcome.CUT_OFF, message
        case CannotResolveHostError():
            return Outcome.UNREACHABLE, "the server's host name cannot be resolved"
        case DownloadConnectionRefusedError():
            return Outcome.UNREACHABLE, "the server refuses connections"
        case DownloadTimeoutError():
            return Outcome.TIMEOUT, "no complete response within the time limit"
        case UnsupportedURLSchemeError() | ValueError():
            return Outcome.REFUSED_ADDRESS, f"this address cannot be fetched: {message}"
    if TooManyHeaders.__name__ in message:
        return Outcome.TOO_LARGE, "the headers of the response are too large"
    if "VerificationError" in message:  # of service_identity
        return Outcome.BAD_CERTIFICATE, "the server's certificate is for another name"
    if "ParseError" in message:
        return Outcome.UNREACHABLE, "the server does not respond in HTTP"
    if "certificate" in message.lower():
        return Outcome.BAD_CERTIFICATE, "the server's certificate cannot be verified"
    if "DataLoss" in f"{type(error).__name__} {message}":
        return Outcome.CUT_OFF, _LOST
    return Outcome.UNREACHABLE, f"the server cannot be reached ({type(error).__name__})"


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)
