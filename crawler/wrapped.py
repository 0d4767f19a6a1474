"""Links that only lead to another address and name it: alerts, click counters, "you are leaving" pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from config.web_address import parts_of
from crawler.urls import canonical, registered_domain

_DEPTH = 3  # wrappers inside one another
# The last segment of the path says what the address is for. Addresses for sharing (`sharer.php?u=`) are not among them.
_LEADING = re.compile(
    r"(?:url|away|redir(?:ect(?:or|ion)?)?|l|out(?:bound|going)?|exit|leave|goto|go|link|click|clk|apiclick|track(?:er)?|external)"
    r"(?:\.\w{2,5})?",
    re.IGNORECASE,
)
_TARGETS = frozenset(
    (
        "url",
        "u",
        "q",
        "to",
        "target",
        "dest",
        "destination",
        "redirect",
        "redirect_url",
        "redirecturl",
        "goto",
        "go",
        "link",
        "r",
        "out",
    )
)


def unwrapped(url: str) -> str:
    """Return the canonical address that a wrapping link leads to; any other canonical address unchanged.

    A wrapper names an address of another registered domain in its query, and its path says that it only leads there. Others,
    whose target cannot be seen, are filed where their redirect leads.
    """
    for _ in range(_DEPTH):
        inner = _target(url)
        if inner is None:
            return url
        url = inner
    return url


def _target(url: str) -> str | None:
    parts = parts_of(url)
    if "http" not in parts.query or not _LEADING.fullmatch(parts.path.rstrip("/").rpartition("/")[2]):
        return None
    values = (value for name, value in parse_qsl(parts.query) if name.lower() in _TARGETS)
    targets = {target for value in values if value.startswith(("http://", "https://")) and (target := canonical(value))}
    if len(targets) != 1:
        return None
    (target,) = targets
    return target if registered_domain(target) != registered_domain(url) else None
