"""References such as `&amp;`: resolved, or rewritten so that libxml2 reads them even in broken XML."""

from __future__ import annotations

import html
import re
from html.entities import html5

MANY = 100_000  # ampersands; texts with more keep the references that only HTML defines

_NAMED_REFERENCE = {"&amp;": "&#38;", "&lt;": "&#60;", "&gt;": "&#62;", "&quot;": "&#34;", "&apos;": "&#39;"}
_UNKNOWN = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{1,31};)?")
_LONG = re.compile(r"&#(?:[xX]([0-9a-fA-F]{8,})|([0-9]{8,}));?")


def unescaped(text: str) -> str:
    """Return the text with all references resolved; a number that is no character becomes U+FFFD, however long it is."""
    # html.unescape raises ValueError for a number of more than 4,300 digits.
    return html.unescape(_LONG.sub(_shortened, text) if "&#" in text else text)


def with_plain_references(text: str) -> str:
    """Write all references as numbers, including those that only HTML defines, and escape stray ampersands.

    libxml2 drops every named reference, `&amp;` included, after the first error in a text: `?a=1&amp;b=2` becomes `?a=1b=2`.
    """
    head, *rest = text.split("<![CDATA[")
    is_bounded = text.count("&") <= MANY
    pieces = [_numbered(head, is_bounded)]
    for piece in rest:
        literal, end, markup = piece.partition("]]>")
        pieces += "<![CDATA[", literal, end, _numbered(markup, is_bounded)
    return "".join(pieces)


def _numbered(markup: str, is_bounded: bool) -> str:
    if "&" not in markup:
        return markup
    if is_bounded:
        markup = _UNKNOWN.sub(_written_out, markup)
    for name, number in _NAMED_REFERENCE.items():
        markup = markup.replace(name, number)
    return markup


def _shortened(match: re.Match[str]) -> str:
    digits = (match[1] or match[2]).lstrip("0")
    return f"&#{'x' if match[1] else ''}{digits or '0'};" if len(digits) < 8 else "\ufffd"


def _written_out(match: re.Match[str]) -> str:
    name = match[1] or ""
    return html.escape(html5[name]) if name in html5 else f"&#38;{name}"
