"""Texts that drive no terminal, editor, viewer or parser, whatever strangers wrote into them."""

from __future__ import annotations

import re

# JSON itself escapes the C0 controls. The others, and signs that change the direction or end a line, may stand in it raw.
_RAW = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def escaped(text: str) -> str:
    r"""Return JSON with the remaining control and direction-changing characters as escapes (`\u202e`), which read the same."""
    return _RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def web_address(url: str) -> str | None:
    """Return an address that a link may have: http or https. Others, such as `javascript:`, have none."""
    return url if url.lower().startswith(("http://", "https://")) else None


def one_line(text: str) -> str:
    """Return a text in one line, without what is not shown, changes the direction, or may not stand in XML 1.0 (2.2)."""
    return " ".join(_UNSHOWN.sub(" ", text).split())
