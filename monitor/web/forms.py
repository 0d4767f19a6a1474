"""What may write: forms of our own pages, and programs whose token has the scope.

Every address that takes anything but GET needs the scope `write`, and is checked here before its function runs. A module of
`pages/` or `api/` does nothing for it, except that

- every form of a template that posts begins with `{{ csrf() }}`, a hidden field;
- a script that posts for a reader sends the value of that field as the header `X-Form-Token`;
- a function that takes POST and writes nothing is marked, so that the scope `read` is enough:

      @router.post("/themes/{id}/preview")
      @only_reads
      def preview(...):
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from fastapi import Request, Response
from markupsafe import Markup

from config.errors import Refused
from monitor.web.guard import READING
from monitor.web.sessions import Reader, Session, Sessions

FIELD = "form_token"
HEADER = "x-form-token"
FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])

_ONLY_READING: set[Callable[..., Any]] = set()


def only_reads(function: FunctionT) -> FunctionT:
    """Mark the function of an address that takes POST and writes nothing."""
    _ONLY_READING.add(function)
    return function


def reader_of(request: Request) -> Reader:
    """Return who asks."""
    return cast(Reader, request.scope["reader"])


def sessions_of(request: Request) -> Sessions:
    """Return the sessions of the server."""
    return cast(Sessions, request.app.state.sessions)


def is_secure(request: Request) -> bool:
    """Return whether the reader came by TLS, to us or to a proxy that we believe."""
    return request.url.scheme == "https"


async def check_form(request: Request) -> None:
    """Return when a request to a page reads, or is a form of ours that its reader may send.

    Raises:
        Refused: it is neither.
    """
    if request.method not in READING:
        check_right(request)
        text = request.headers.get(HEADER) or (await request.form()).get(FIELD, "")
        _check_form_token(request, text)


async def check_program(request: Request) -> None:
    """Return when a request to the API reads, or comes from a program or script that may write.

    The browser of somebody who signed in sends their cookie with every request, so that it proves nothing alone. A program sends
    its token. On a machine of its own it needs none: the guard has refused pages of other sites.

    Raises:
        Refused: it may not.
    """
    if request.method not in READING:
        check_right(request)
        if reader_of(request).has_signed_in:
            _check_form_token(request, request.headers.get(HEADER, ""))


def check_right(request: Request) -> None:
    """Return when the reader may send what they send.

    Raises:
        Refused: they may only read.
    """
    if request.scope["endpoint"] not in _ONLY_READING and reader_of(request).scope != "write":
        raise Refused("your token may only read; `parley tokens new NAME --scope write` makes one that may write")


def _check_form_token(request: Request, text: object) -> None:
    session = reader_of(request).session
    if not session or not isinstance(text, str) or not sessions_of(request).is_form_token(text, session):
        raise Refused("this form is not one of yours, or is older than your session; reload its page and send it again")


class Forms:
    """The forms of a page that is being made. The first begins a session, if its reader has none."""

    def __init__(self, request: Request) -> None:
        self._request, self._sessions = request, sessions_of(request)
        self._new: Session | None = None

    def field(self) -> Markup:
        """Return the hidden field that shows that a form is ours; templates call it `csrf()`."""
        session = reader_of(self._request).session
        if not session:
            self._new = self._new or self._sessions.new("", datetime.now(UTC))
            session = self._new.id
        return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, self._sessions.form_token(session))

    def give_session(self, answer: Response) -> None:
        """Give the page the cookie of the session that its forms began."""
        if self._new:
            self._sessions.give(answer, self._new, is_secure=is_secure(self._request))
