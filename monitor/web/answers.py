"""Answers of the web server: documents as the command line prints them, errors in one shape, and 304 where nothing changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import blake2b
from types import MappingProxyType
from typing import ClassVar

from fastapi import Request, Response

from config.errors import Code, ConfigError, ParleyError, Refused
from monitor.documents.base import Document
from monitor.documents.errors import FailureDocument
from monitor.services.archived import CONTENT_SECURITY_POLICY, ArchivedPage
from monitor.services.errors import to_failure_document

API = "/api/v1"  # with which all addresses for programs begin
_STATUS: Mapping[Code, int] = {
    "not_found": 404,
    "wrong_argument": 422,
    "wrong_query": 422,
    "misconfigured": 503,
    "unavailable": 503,
    "refused": 403,
    "conflict": 409,
}
"""HTTP status of each kind of error."""

RETRY_AFTER = 10  # seconds after which an error that passes by itself may have passed


class JSON(Response):
    """A document as JSON, equal to the byte to what `--json` prints."""

    media_type = "application/json"

    def render(self, content: Document) -> bytes:
        """Return the bytes of a document."""
        return f"{content.to_json()}\n".encode("utf-8", "replace")


def failure(error: ParleyError) -> JSON:
    """Return the answer to a request that failed."""
    headers = {"Retry-After": str(RETRY_AFTER)} if error.code == "unavailable" else {}
    if isinstance(error, WebRefusal):
        headers = dict(error.headers)
    return JSON(to_failure_document(error), status_of(error), headers=headers)


def status_of(error: ParleyError) -> int:
    """Return the status of the answer to a request that failed."""
    if isinstance(error, WebRefusal):
        return error.status
    return 409 if isinstance(error, ConfigError) else _STATUS[error.code]  # somebody has to change a file first


FAILURES: Mapping[int | str, dict[str, object]] = {
    status: {"model": FailureDocument, "description": description}
    for status, description in {
        401: "A token is needed, and this request has none that is known.",
        403: "The request is valid but not allowed, for example with a token that may only read.",
        404: "There is nothing of that name.",
        409: "Something else changed what the request is based on, or the installation has to be configured first.",
        413: "The request is too large.",
        422: "An argument or a query is invalid; `field` says which.",
        503: "The engine or the archive cannot be asked now.",
    }.items()
}
"""The errors of every address of the API, as OpenAPI describes them."""


class Unchanged(Exception):
    """The client has the answer already."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        super().__init__(tag)


def entity_tag(request: Request, stamp: str) -> str:
    """Return the tag of what an address answers while the stamp stays as it is (RFC 9110, 8.8.3)."""
    digest = blake2b(f"{request.url.path}?{request.url.query}\n{stamp}".encode(), digest_size=12)
    return f'W/"{digest.hexdigest()}"'


def content_tag(content: bytes) -> str:
    """Return the tag of an answer that is at hand."""
    return f'W/"{blake2b(content, digest_size=12).hexdigest()}"'


def check_unchanged(request: Request, tag: str) -> None:
    """Return when the client needs the answer.

    Raises:
        Unchanged: it has it (RFC 9110, 13.1.2).
    """
    wanted = request.headers.get("if-none-match", "")
    if wanted.strip() == "*" or tag.removeprefix("W/") in {one.strip().removeprefix("W/") for one in wanted.split(",")}:
        raise Unchanged(tag)


def as_collected(page: ArchivedPage) -> Response:
    """Return an archived page under a policy of its own: nothing in it runs or is loaded."""
    headers = {
        "Content-Type": page.content_type,
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-DNS-Prefetch-Control": "off",
        "X-Robots-Tag": "noindex",
    }
    return Response(page.content.encode("utf-8", "replace"), headers=headers)


class WebRefusal(Refused):
    """A request that only a web server refuses.

    Attributes:
        status: of HTTP.
        headers: of the answer.
    """

    status: ClassVar[int] = 403
    headers: Mapping[str, str] = MappingProxyType({})


class TooLarge(WebRefusal):
    """A request is larger than the server takes."""

    status = 413


class TooSlow(WebRefusal):
    """A request takes longer to arrive than the server waits."""

    status = 408
    headers: Mapping[str, str] = MappingProxyType({"Connection": "close"})


class SignInNeeded(WebRefusal):
    """Somebody has no right to read, or none any more."""

    status = 401
    headers: Mapping[str, str] = MappingProxyType({"WWW-Authenticate": "Bearer"})


class TooMany(WebRefusal):
    """Somebody tries too often.

    Args:
        after: seconds after which they may try again.
    """

    status = 429

    def __init__(self, message: str, *, after: float) -> None:
        minutes = math.ceil(after / 60)
        super().__init__(f"{message}; try again in {minutes} {'minute' if minutes == 1 else 'minutes'}")
        self.headers = {"Retry-After": str(math.ceil(after))}
