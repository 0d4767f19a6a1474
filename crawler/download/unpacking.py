"""Decompresses the bodies of responses, in place of Scrapy's middleware, which takes half a body for a whole one."""

from __future__ import annotations

from collections.abc import Sequence

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from crawler.unpack import CODINGS, Flaw, TooLarge, unpack

KEEP_CUT = "keep_cut"  # key in a request's meta: give the part, with the flag, instead of raising CutOff
KEEP_START = "keep_start"  # key in a request's meta: the number of decompressed bytes to give of a body that has more

_ACCEPTED = "gzip, deflate, br, zstd"
_BEGINNING = "the response compressed with "  # of the flag of a response whose body is only a part
_NAMES = {"br": "Brotli", "zstd": "Zstandard", "x-gzip": "gzip"}  # of codings, where people know them by another one


class CutOff(Exception):
    """The compressed body of a response is damaged or ends too early, and the message says which.

    Not an IgnoreRequest: robots.txt must be read in full.
    """


class UnpackingMiddleware:
    """Asks for compressed responses and decompresses them.

    Args:
        limit: most bytes of a decompressed body; a request's own `download_maxsize` has precedence.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> UnpackingMiddleware:
        """Build the middleware from Scrapy's settings."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Name the codings that can be read."""
        request.headers.setdefault("Accept-Encoding", _ACCEPTED)

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the response with its decompressed body, flagged if that is only a part.

        Raises:
            IgnoreRequest: the body is too large.
            CutOff: it is only a part, and the request does not ask for parts.
        """
        codings = _codings(response)
        if not response.body or not codings or request.method == "HEAD":
            return response
        body, most = response.body, request.meta.get(KEEP_START)
        flaw, coding = None, ""
        limit = most or request.meta.get("download_maxsize", self._limit)
        try:
            while codings and codings[-1] in CODINGS and not flaw:
                coding = codings.pop()
                body, flaw = unpack(body, coding, limit)
        except TooLarge as error:
            if not most:
                raise IgnoreRequest("the body exceeds the max size when it is decompressed") from error
            body = error.start
        if flaw and not request.meta.get(KEEP_CUT) and "download_stopped" not in response.flags:
            raise CutOff(_sentence(coding, flaw))
        return _replaced(
            response, body, codings, [*response.flags, _sentence(coding, flaw)] if flaw else response.flags
        )


def cut_in(flags: Sequence[str]) -> str:
    """Return the sentence about the compressed body in the flags of a response; empty when it was whole."""
    return next((flag for flag in flags if flag.startswith(_BEGINNING)), "")


def _sentence(coding: str, flaw: Flaw) -> str:
    return f"{_BEGINNING}{_NAMES.get(coding, coding)} {flaw}"


def _codings(response: Response) -> list[str]:
    values = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
    return [name for part in values.split(",") if (name := part.strip()) not in ("", "identity", "none")]


def _replaced(response: Response, body: bytes, codings: list[str], flags: list[str]) -> Response:
    headers = response.headers.copy()
    del headers["Content-Encoding"]
    if codings:
        headers["Content-Encoding"] = ", ".join(codings)
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    # The encoding is to be detected again, as the class was.
    rest = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, body=body, headers=headers, flags=flags, **rest)
