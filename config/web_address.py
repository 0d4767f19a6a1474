"""Takes web addresses apart without failing on any, checks them, and writes host names as the network does."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import idna

_LONGEST_SLUG = 60
_NO_ADDRESS = SplitResult("", "", "", "", "")


def parts_of(url: str) -> SplitResult:
    """Return the parts of an address, whose port is a number or None; all are empty for `http://[` and others that are none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return _NO_ADDRESS
    return parts


def joined(base: str, link: str) -> str:
    """Return the address of a link on a page at `base`; "" for one that cannot be an address."""
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def check_url(value: str) -> str:
    """Return the address if it is an absolute http or https address without user name and password.

    A host in other letters than Latin ones (`мвд.рф`) is returned as the network writes it (`xn--b1aew.xn--p1ai`).

    Raises:
        ValueError: it is not.
    """
    given, value = value, with_ascii_host(value)
    parts = parts_of(value)
    known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    if not known or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(
            f'"{given}" is not a web address (http:// or https://, no spaces, other characters percent-encoded)'
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("contains a user name or password; use an address without them")
    return value


def ascii_host(host: str) -> str:
    """Return a host name in lower case and with its labels in Punycode, as browsers request it (UTS #46, non-transitional).

    A name that is none is returned unchanged.
    """
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return host


def with_ascii_host(url: str) -> str:
    """Return an address with its host as `ascii_host` gives it; unchanged where it has none."""
    start, mark, rest = url.partition("://")
    place = re.match(r"[^/?#]*", rest)
    if not mark or place is None or rest.isascii():
        return url
    user, at, host = place[0].rpartition("@")
    name, colon, port = host.partition(":")
    return f"{start}{mark}{user}{at}{ascii_host(name)}{colon}{port}{rest[place.end() :]}"


def slug(url: str) -> str:
    """Return a name made from path and query. It depends only on the address."""
    parts = parts_of(url)
    words = re.findall(r"[a-z0-9]+", unquote(f"{parts.path} {parts.query}").lower())
    name = "-".join(words) or "home"
    if len(name) <= _LONGEST_SLUG:
        return name
    return f"{name[:_LONGEST_SLUG].rstrip('-')}-{sha256(url.encode()).hexdigest()[:8]}"
