"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, cast

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from config.logs import get_logger
from monitor.app import App
from monitor.web.attempts import Attempts
from monitor.web.forms import is_secure, only_reads, reader_of, sessions_of
from monitor.web.guard import SIGN_IN
from monitor.web.rendering import address as address_of
from monitor.web.rendering import page

router = APIRouter(include_in_schema=False)

LONGEST = 1_000  # characters of a password or token

log = get_logger(__name__)


@router.get(SIGN_IN, response_class=HTMLResponse)
def ask(request: Request, to: str = "/") -> Response:
    """Show the form to sign in; whoever need not is led on."""
    if reader_of(request).scope:
        return RedirectResponse(_own(to), 303)
    if request.headers.get("sec-fetch-site") == "cross-site":
        return _once_more(request, to)
    return _form(request, to)


@router.post(SIGN_IN, response_class=HTMLResponse)
@only_reads
def sign_in(
    request: Request,
    secret: Annotated[str, Form(max_length=LONGEST)] = "",
    to: Annotated[str, Form(max_length=16_000)] = "/",
) -> Response:
    """Begin a session for somebody who knows the password or a token."""
    attempts, sessions = cast(Attempts, request.app.state.attempts), sessions_of(request)
    address = request.client.host if request.client else ""
    attempts.begin(address)
    proof = sessions.proof(secret)
    if not proof:
        log.warning("sign-in failed", address=address, id=request.scope["request_id"])
        return _form(request, to, status=403, is_wrong=True)
    attempts.succeed(address)
    answer = RedirectResponse(_own(to), 303)
    sessions.give(answer, sessions.new(proof, datetime.now(UTC)), is_secure=is_secure(request))
    log.info("signed in", address=address, by=proof.partition("-")[0], id=request.scope["request_id"])
    return answer


@router.post("/logout")
@only_reads
def sign_out(request: Request) -> Response:
    """End the session of whoever asks."""
    answer = RedirectResponse(SIGN_IN, 303)
    sessions_of(request).end(answer, reader_of(request), datetime.now(UTC))
    return answer


def _once_more(request: Request, to: str) -> HTMLResponse:
    """Return a page that loads itself again.

    A browser keeps a strict cookie back when somebody follows a link from another site, in a message for example, and sends it
    where our own page leads. Until then there is no form here, as its session would take the place of the one that is kept back.
    """
    app = cast(App, request.app.state.installation)
    answer = page(
        request, app, "message.html", heading="One moment", lines=["Looking whether you have signed in."], detail=""
    )
    answer.headers["Refresh"] = f"0; url={address_of(SIGN_IN, to=_own(to))}"
    return answer


def _form(request: Request, to: str, *, status: int = 200, is_wrong: bool = False) -> HTMLResponse:
    app = cast(App, request.app.state.installation)
    has_password = sessions_of(request).has_password
    return page(request, app, "login.html", status=status, to=_own(to), is_wrong=is_wrong, has_password=has_password)


def _own(address: str) -> str:
    """Return an address of this server; instead of one that leads elsewhere, as `//evil.example` does, the Overview."""
    is_own = address.startswith("/") and address[1:2] not in ("/", "\\") and address.isprintable()
    return address if is_own and not address.startswith(("/login", "/logout")) else "/"
