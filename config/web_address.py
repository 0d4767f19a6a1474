"""Checks web addresses in the configuration, and derives feed names from them."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote, urlsplit

_LONGEST_SLUG = 60


def check_url(value: str) -> str:
    """Return the address if it is an absolute http or https address without user name and password.

    Raises:
        ValueError: it is not.
    """
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(
            f'"{value}" is not a web address (http:// or https://, no spaces, other characters percent-encoded)'
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("contains a user name or password; use an address without them")
    return value


def slug(url: str) -> str:
    """Return a name made from path and query. It depends only on the address."""
    parts = urlsplit(url)
    words = re.findall(r"[a-z0-9]+", unquote(f"{parts.path} {parts.query}").lower())
    name = "-".join(words) or "home"
    if len(name) <= _LONGEST_SLUG:
        return name
    return f"{name[:_LONGEST_SLUG].rstrip('-')}-{sha256(url.encode()).hexdigest()[:8]}"
