"""Who asks: readers with a token, readers who signed in, and whoever uses an installation that only this machine reaches.

A session is a signed cookie; the server stores none. It ends after `LASTS`, when its reader signs out, when the token it began
with is revoked, or when the password changes. A reader without any right has a session too, so that the form to sign in has a
form token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from fastapi import Response

from config.errors import ArchiveError
from config.logs import get_logger
from monitor.access import PREFIX, Access, AccessFile, Scope
from monitor.web.answers import SignInNeeded
from monitor.web.password import Password

LASTS = timedelta(days=14)
_ID_BYTES = 16
_COOKIE = re.compile(r"(?P<id>[\w-]{22})\.(?P<until>\d{1,12})\.(?P<by>[\w-]{0,60})\.(?P<mac>[\w-]{43})")
_DIGITS = 16  # of the digest of a token or password by which a session knows it

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whoever sends a request.

    Attributes:
        name: for the log: `token NAME`, `password`, `this machine`, or `nobody`.
        scope: what they may do; None for nothing but signing in.
        session: id of their session; empty without a cookie.
        until: when it ends, in seconds since 1970.
    """

    name: str
    scope: Scope | None
    session: str = ""
    until: int = 0

    @property
    def has_signed_in(self) -> bool:
        """Whether they could sign out."""
        return bool(self.session) and self.name not in ("this machine", "nobody")


NOBODY = Reader("nobody", None)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that begins.

    Attributes:
        cookie: the value of its cookie.
        is_kept: whether it outlives the browser.
    """

    id: str
    cookie: str
    is_kept: bool


class Sessions:
    """Tells who asks, and begins and ends sessions.

    Args:
        data: the data folder.
        password: None where there is none.
        is_private: whether only this machine reaches the server. It is then open to all on it, while there is neither a token
            nor a password.
    """

    def __init__(self, data: Path, password: Password | None, *, is_private: bool) -> None:
        self._file, self._password, self._is_private = AccessFile(data), password, is_private
        self._key = self._find_key()
        self._by_password = f"password-{self._mac('password', password.written)[:_DIGITS]}" if password else ""
        # Cookies of one host are those of all its ports: two installations must not end each other's sessions.
        self.cookie = f"parley-{self._mac('cookie', '')[:8]}"

    @property
    def has_password(self) -> bool:
        """Whether one can sign in with a password."""
        return self._password is not None

    def reader(self, authorization: str, cookies: Mapping[str, str], now: datetime) -> Reader:
        """Return who asks.

        Args:
            authorization: the header of that name; empty without one. What is not for us, such as a proxy's password, is ignored.

        Raises:
            SignInNeeded: the header has no token that is known.
            ArchiveError: the file with the tokens cannot be read.
        """
        access = self._file.read()
        token = _token_in(authorization)
        if token is not None:
            return _program(access, token)
        session = _COOKIE.fullmatch(cookies.get(self.cookie, ""))
        if session and self._is_valid(session, access, now):
            return self._reader(access, session["by"], session["id"], int(session["until"]))
        return self._reader(access, "", "", 0)

    def _reader(self, access: Access, by: str, session: str, until: int) -> Reader:
        if by and by == self._by_password:
            return Reader("password", "write", session, until)
        for token in access.tokens:
            if by == f"token-{token.digest[:_DIGITS]}":
                return Reader(f"token {token.name}", token.scope, session, until)
        if self._is_private and not self._password and not access.tokens:
            return Reader("this machine", "write", session, until)
        return Reader("nobody", None, session, until)

    def proof(self, text: str) -> str:
        """Return what a session of somebody who knows this password or token is signed for; empty if it is neither."""
        if token := self._file.read().token(text.strip()):
            return f"token-{token.digest[:_DIGITS]}"
        return self._by_password if self._password and self._password.is_right(text) else ""

    def new(self, by: str, now: datetime) -> Session:
        """Return a new session.

        Args:
            by: a proof; empty for a session without rights.
        """
        id = secrets.token_urlsafe(_ID_BYTES)
        value = f"{id}.{int((now + LASTS).timestamp())}.{by}"
        return Session(id, f"{value}.{self._mac('session', value)}", is_kept=bool(by))

    def give(self, answer: Response, session: Session, *, is_secure: bool) -> None:
        """Give an answer the cookie of a session.

        Browsers keep strict cookies back when somebody comes from another site. A session without rights only tells forms apart:
        nothing would be gained, and the new session would make the forms in other windows useless.

        Args:
            is_secure: whether the reader came by TLS.
        """
        answer.set_cookie(
            self.cookie,
            session.cookie,
            max_age=int(LASTS.total_seconds()) if session.is_kept else None,
            httponly=True,
            samesite="strict" if session.is_kept else "lax",
            secure=is_secure,
        )

    def end(self, answer: Response, reader: Reader, now: datetime) -> None:
        """Sign a reader out."""
        if reader.has_signed_in:
            self._file.end_session(reader.session, reader.until, int(now.timestamp()))
        answer.delete_cookie(self.cookie, httponly=True, samesite="strict")

    def form_token(self, session: str) -> str:
        """Return what every form of a session carries.

        It differs each time, so that nobody learns it from the lengths of compressed pages (BREACH, as in Django's CSRF tokens).
        """
        secret = self._form_secret(session)
        mask = secrets.token_bytes(len(secret))
        return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()

    def is_form_token(self, text: str, session: str) -> bool:
        """Return whether a form of this session carries this."""
        secret = self._form_secret(session)
        try:
            both = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            return False
        mask, masked = both[: len(secret)], both[len(secret) :]
        return len(both) == 2 * len(secret) and hmac.compare_digest(_xor(mask, masked), secret)

    def _is_valid(self, session: re.Match[str], access: Access, now: datetime) -> bool:
        value, _, mac = session[0].rpartition(".")
        is_ours = hmac.compare_digest(mac, self._mac("session", value))
        return is_ours and int(session["until"]) > now.timestamp() and session["id"] not in access.ended

    def _form_secret(self, session: str) -> bytes:
        return hmac.digest(self._key, f"form {session}".encode(), "sha256")

    def _mac(self, purpose: str, value: str) -> str:
        digest = hmac.digest(self._key, f"{purpose} {value}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _find_key(self) -> bytes:
        try:
            return self._file.make_key()
        except (OSError, ArchiveError) as error:
            log.warning("sessions end with this process", detail=str(error))
            return secrets.token_bytes(32)


def _token_in(authorization: str) -> str | None:
    """Return the token in a header; None when what it has is not for us.

    Feed readers send a name and a password (RFC 7617); a password that begins as a token does is one.
    """
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return text.strip()
    if scheme.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return password if password.startswith(PREFIX) else None


def _program(access: Access, text: str) -> Reader:
    token = access.token(text)
    if token is None:
        raise SignInNeeded("the token is not known, or was revoked; `parley tokens` lists those there are")
    return Reader(f"token {token.name}", token.scope)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
