"""The password of the pages: read from a file, kept and compared as a scrypt hash."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from config.errors import ConfigError, Problem
from config.files import bytes_of

SHORTEST = 8  # characters
# RFC 7914; OWASP's Password Storage Cheat Sheet recommends these costs: 16 MB of memory, about 0.2 s of processor time.
_N, _R, _P = 2**14, 8, 5
_MEMORY = 64_000_000  # bytes that OpenSSL may use
_HASH = re.compile(r"scrypt\$(?P<salt>[\w-]{22})\$(?P<key>[\w-]{43})")
_ONE_AT_A_TIME = Lock()  # however many try at once, one processor and 16 MB are busy with it


@dataclass(frozen=True, slots=True)
class Password:
    """A password as far as the server knows it.

    Attributes:
        written: what the file contains, from which sessions are told apart when the password changes.
        hash: `scrypt$SALT$KEY`.
    """

    written: str
    hash: str

    def is_right(self, text: str) -> bool:
        """Return whether this is the password, after a fifth of a second whether it is or not."""
        salt, _, key = self.hash.removeprefix("scrypt$").partition("$")
        return secrets.compare_digest(_key(text, _from_text(salt)), _from_text(key))


def hash_of(text: str) -> str:
    """Return the hash of a password, as its file may contain it."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_to_text(salt)}${_to_text(_key(text, salt))}"


def read_password(file: Path) -> Password:
    """Return the password that a file contains, or that its hash stands for.

    Raises:
        ConfigError: the file cannot be read, or what it contains is no password.
    """
    try:
        text = bytes_of(file).decode().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise _wrong(f"{file}: cannot be read ({reason})") from None
    if text.startswith("scrypt$"):
        if not _HASH.fullmatch(text):
            raise _wrong(f"{file}: the hash is incomplete; make it again with `parley tokens password`")
        return Password(text, text)
    if problem := problem_of(text):
        raise _wrong(f"{file}: {problem}")
    return Password(text, hash_of(text))


def problem_of(text: str) -> str:
    """Return what keeps a text from being a password; empty when nothing does."""
    if "\n" in text:
        return "a password is one line"
    return f"the password has fewer than {SHORTEST} characters" if len(text.strip()) < SHORTEST else ""


def _wrong(message: str) -> ConfigError:
    return ConfigError([Problem("web_password_file", message)])


def _key(text: str, salt: bytes) -> bytes:
    with _ONE_AT_A_TIME:
        return hashlib.scrypt(text.encode("utf-8", "replace"), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)


def _to_text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _from_text(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
