"""What every request passes first: host names, sizes, where it comes from and who asks; and the headers of every answer."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.errors import ParleyError, Refused, WrongArgument
from config.logs import get_logger
from monitor.web.answers import API, SignInNeeded, TooLarge, TooSlow
from monitor.web.sessions import NOBODY, Sessions

LARGEST_BODY = 20_000_000  # bytes: a file of labelled documents
LONGEST_ADDRESS = 16_000  # bytes; a query may be long
BODY_WITHIN = 60.0  # seconds that a whole body may take to arrive

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN: Final = "/login"
_FOR_ALL = ("/health/", "/static/")  # what nobody has to sign in for, besides the page to do so

log = get_logger(__name__)


class Guard:
    """Middleware around the whole application. Later, `scope["reader"]` is who asks.

    Args:
        hosts: names, without ports, under which the server may be asked. Others are refused, so that a page of a stranger
            whose name leads to this machine (DNS rebinding) reads nothing.
        sessions: tells who asks.
        refuse: makes the answer to a request that is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        sessions: Sessions,
        refuse: Callable[[Request, ParleyError], Response],
    ) -> None:
        self._app, self._hosts = app, frozenset(host.lower() for host in hosts)
        self._sessions, self._refuse = sessions, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"], scope["reader"] = secrets.token_hex(4), NOBODY
        answer = _Answer(send, scope)
        body = _Body(receive)
        try:
            self._check(scope)
            self._let_in(scope)
            await self._app(scope, body, answer)
        except ParleyError as error:
            if answer.status is not None:
                raise
            await self._refused(Request(scope, receive), error)(scope, receive, answer)
        finally:
            answer.end()

    def _let_in(self, scope: Scope) -> None:
        path = scope["path"]
        if path.startswith(_FOR_ALL):
            return
        headers = Headers(scope=scope)
        cookies = cookie_parser(headers.get("cookie", ""))
        reader = self._sessions.reader(headers.get("authorization", ""), cookies, datetime.now(UTC))
        scope["reader"] = reader
        if reader.scope is None and path != SIGN_IN:
            raise SignInNeeded("sign in, or send a token: `Authorization: Bearer TOKEN`")

    def _refused(self, request: Request, error: ParleyError) -> Response:
        """Return the page to sign in to people who want to see another, and the error to all others."""
        is_person = "text/html" in request.headers.get("accept", "") and "authorization" not in request.headers
        if isinstance(error, SignInNeeded) and request.method == "GET" and is_person:
            path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"{SIGN_IN}?{urlencode({'to': path})}" if path != "/" else SIGN_IN, 303)
        return self._refuse(request, error)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if _name(headers.get("host", "")) not in self._hosts:
            raise Refused("this server does not answer under that name; `web_hosts` lists those it does", field="host")
        if len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            raise TooLarge(f"the address is longer than {LONGEST_ADDRESS:,} bytes")
        length = headers.get("content-length", "0")
        if not length.isdecimal():
            raise WrongArgument("the length of the request is no number", field="content-length")
        if int(length) > LARGEST_BODY:
            raise TooLarge(f"the request is larger than {LARGEST_BODY:,} bytes")
        if scope["method"] not in READING and not _is_own(headers):
            raise Refused("a page of another site may not change anything here")


class _Body:
    """The body of a request, which ends with an error when it is too long or arrives too slowly."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._length = receive, 0
        self._deadline = time.monotonic() + BODY_WITHIN
        self._is_whole = False

    async def __call__(self) -> Message:
        if self._is_whole:
            return await self._receive()  # which waits for the end of the connection
        try:
            message = await asyncio.wait_for(self._receive(), self._deadline - time.monotonic())
        except TimeoutError:
            raise TooSlow("the request took too long to arrive") from None
        self._length += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._length > LARGEST_BODY:
            raise TooLarge(f"the request is larger than {LARGEST_BODY:,} bytes")
        return message


class _Answer:
    """Sends an answer with the headers of all answers, logs and counts it.

    Attributes:
        status: None until the answer begins.
    """

    def __init__(self, send: Send, scope: Scope) -> None:
        self._send, self._scope = send, scope
        self._began = time.monotonic()
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._scope["request_id"]
        await self._send(message)

    def end(self) -> None:
        """Log and count the request: its path and not its parameters, which may be what somebody looks for."""
        seconds = time.monotonic() - self._began
        route = self._scope.get("route")
        address = getattr(route, "path", "other")
        if route and self._scope["path"].startswith(API):
            address = f"{API}{address}"
        self._scope["app"].state.metrics.note_request(address, self._scope["method"], self.status, seconds)
        log.info(
            "request",
            id=self._scope["request_id"],
            method=self._scope["method"],
            path=self._scope["path"],
            reader=self._scope["reader"].name,
            status=self.status,
            milliseconds=round(seconds * 1000),
        )


def _name(host: str) -> str:
    """Return a host without its port, in small letters."""
    name, _, port = host.rpartition(":")
    return (name if port.isdecimal() and name else host).lower()


def _is_own(headers: Headers) -> bool:
    """Return whether a request that changes something comes from our own pages or from a program.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; programs send neither.
    """
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
