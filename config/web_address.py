"""What configuration knows of web addresses: which are accepted, and the short name one gives a feed."""

from __future__ import annotations

import re
from hashlib import sha256
from urllib.parse import unquote, urlsplit

_LONGEST_SLUG = 60


def check_url(value: str) -> str:
    """Return an absolute http or https address without user name and password.

    Raises:
        ValueError: anything else.
    """
    try:
        parts = urlsplit(value)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not re.fullmatch(r"[\x21-\x7e]+", value):
        raise ValueError(f'"{value}" is not a web address (http:// or https://, no blanks, other letters %-encoded)')
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address with a user name or password in it is refused; publishers give feeds without")
    return value


def slug(url: str) -> str:
    """Return path and query as a name: the same for an address for ever, whatever else its source lists."""
    parts = urlsplit(url)
    words = re.findall(r"[a-z0-9]+", unquote(f"{parts.path} {parts.query}").lower())
    name = "-".join(words) or "home"
    if len(name) <= _LONGEST_SLUG:
        return name
    return f"{name[:_LONGEST_SLUG].rstrip('-')}-{sha256(url.encode()).hexdigest()[:8]}"
