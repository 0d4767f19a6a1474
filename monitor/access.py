"""Who may use the pages and the API: the tokens of an installation, and the key that signs sessions.

Both are in the file `access.json` of the data folder, which only its owner can read. It holds digests of tokens, not tokens: they
are random numbers of 256 bits, so that a fast digest is enough. A backup leaves it out, so that whoever keeps one has no access.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from config.errors import ArchiveError, Conflict, NotFound, WrongArgument
from config.files import bytes_of
from config.replacing import replace_text

FILE = "access.json"
FORMAT = 1
Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "parley_"  # of every token, by which people and scanners of leaked secrets know it
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}", re.IGNORECASE)
_BYTES = 32  # of keys and tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is stored.

    Attributes:
        digest: SHA-256 of the token, in hexadecimal digits.
    """

    name: str
    scope: Scope
    made: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Access:
    """The contents of the file.

    Attributes:
        key: signs sessions; None before anything needed it.
        ended: ids of sessions that were signed out → when they would have ended by themselves, in seconds since 1970.
    """

    key: bytes | None = None
    tokens: tuple[Token, ...] = ()
    ended: Mapping[str, int] = field(default_factory=dict)

    def token(self, text: str) -> Token | None:
        """Return the token of which this is the text; None if there is none, or not any more."""
        digest = digest_of(text)
        return next((token for token in self.tokens if secrets.compare_digest(token.digest, digest)), None)


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class AccessFile:
    """The file of a data folder. Processes may change it at the same time; readers see it as a whole."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE
        self._state: tuple[int, int, int] | None = None
        self._access = Access()

    def read(self) -> Access:
        """Return the contents, read again when the file changed.

        Raises:
            ArchiveError: the file is damaged or cannot be read; nobody is let in then.
        """
        try:
            status = self._path.stat()
            state = status.st_ino, status.st_mtime_ns, status.st_size
            if state != self._state:
                self._access = _read(bytes_of(self._path).decode())
                self._state = state
        except FileNotFoundError:
            return Access()
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self._state = None
            raise ArchiveError(
                f"{FILE} in the data folder is damaged or cannot be read, so nobody is let in; "
                "mend its permissions, or delete it and make the tokens again with `parley tokens new`"
            ) from None
        return self._access

    def make_key(self) -> bytes:
        """Return the key, made and stored at the first use.

        Raises:
            ArchiveError: the file is damaged.
            OSError: it cannot be written.
        """
        if key := self.read().key:
            return key
        with self._changing() as access:
            key = access.key or secrets.token_bytes(_BYTES)
            self._write(replace(access, key=key))
        return key

    def new_token(self, name: str, scope: Scope, now: datetime) -> str:
        """Make a token and return it; it cannot be read again.

        Raises:
            WrongArgument: the name is none.
            Conflict: there is one of that name.
            ArchiveError: the file is damaged.
            OSError: it cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise WrongArgument(
                f'"{name}" is no name for a token; use up to 50 letters, digits, dots, hyphens or underscores',
                field="name",
            )
        with self._changing() as access:
            if any(token.name == name for token in access.tokens):
                raise Conflict(
                    f'there is a token "{name}" already; choose another name, or revoke it first', field="name"
                )
            text = PREFIX + secrets.token_urlsafe(_BYTES)
            token = Token(name=name, scope=scope, made=now, digest=digest_of(text))
            self._write(replace(access, tokens=(*access.tokens, token)))
        return text

    def revoke(self, name: str) -> Token:
        """Take a token back, and end the sessions that began with it.

        Raises:
            NotFound: there is none of that name.
            ArchiveError: the file is damaged.
            OSError: it cannot be written.
        """
        with self._changing() as access:
            token = next((token for token in access.tokens if token.name == name), None)
            if token is None:
                raise NotFound(f'there is no token "{name}"; `parley tokens` lists them', field="name")
            self._write(replace(access, tokens=tuple(one for one in access.tokens if one is not token)))
        return token

    def end_session(self, id: str, until: int, now: int) -> None:
        """Let a session end now, though its cookie would be good until later. Times are seconds since 1970.

        Raises:
            ArchiveError: the file is damaged.
            OSError: it cannot be written.
        """
        with self._changing() as access:
            ended = {other: end for other, end in access.ended.items() if end > now}
            self._write(replace(access, ended={**ended, id: until}))

    @contextmanager
    def _changing(self) -> Iterator[Access]:
        """Yield the contents while no other process changes them."""
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.read()

    def _write(self, access: Access) -> None:
        values = {
            "format": FORMAT,
            "key": access.key and access.key.hex(),
            "tokens": [
                {"name": token.name, "scope": token.scope, "made": token.made.isoformat(), "digest": token.digest}
                for token in access.tokens
            ],
            "ended": dict(access.ended),
        }
        replace_text(self._path, json.dumps(values, indent=1), mode=0o600)


def _read(text: str) -> Access:
    values = json.loads(text)
    if values["format"] != FORMAT:
        raise ValueError(values["format"])
    tokens = tuple(
        Token(
            name=one["name"], scope=_scope(one["scope"]), made=datetime.fromisoformat(one["made"]), digest=one["digest"]
        )
        for one in values["tokens"]
    )
    ended = {id: int(until) for id, until in values["ended"].items()}
    return Access(bytes.fromhex(values["key"]) if values["key"] else None, tokens, ended)


def _scope(text: str) -> Scope:
    return SCOPES[SCOPES.index(text)]
