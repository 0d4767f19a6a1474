"""Plain text from titles and summaries: removes tags, entities, repeated blanks and control characters."""

from __future__ import annotations

import html
import re

from crawler.parse.references import unescaped

TITLE_CHARS = 1_000

# Matches all markup in one pass. Group 1 separates words; the rest may occur inside a word.
_MARKUP = re.compile(
    r"<(?:((script|style|noscript|template)\b[^<>]*>.*?(?:</\2\s*>|\Z)|/?(?:br|p|div|li|tr|td|h[1-6]|blockquote)\b[^<>]*>)"
    r"|!--.*?(?:-->|\Z)|!\[CDATA\[|[/!?]?[a-z][^<>]*>|[a-z][\w:-]*\s[^<>=]*=[^<>]*\Z|>)",
    re.DOTALL | re.IGNORECASE,
)
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # may occur inside words
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2061-\u2069\ufffe\uffff\ud800-\udfff]")
# Real systems escape a title twice at most.
_ROUNDS = 4


def plain(text: str) -> str:
    """Return the text on one line, without markup and with entities resolved."""
    for _ in range(_ROUNDS):
        if "<" in text:
            text = _without_tags(text)
        resolved = unescaped(text) if "&" in text else text
        if resolved == text:
            break
        text = resolved
    else:
        text = _without_tags(text)
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_CONTROL.sub(" ", text.translate(_INVISIBLE)).split())


def clean_title(text: object) -> str | None:
    """Return a title ready to show, cut to 1,000 characters, or None when nothing is left."""
    return plain(text[: 20 * TITLE_CHARS])[:TITLE_CHARS].rstrip() or None if isinstance(text, str) else None


def paragraphs(text: str) -> str:
    """Return plain text as escaped HTML; blank lines separate paragraphs."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block.strip())


def _without_tags(text: str) -> str:
    for _ in range(_ROUNDS):  # `<<b>i>` leaves another tag behind
        cleaned = _MARKUP.sub(_gap, text).replace("]]>", "")
        if "<" not in cleaned or cleaned == text:
            return cleaned
        text = cleaned
    return text.replace("<", " ")


def _gap(match: re.Match[str]) -> str:
    return " " if match[1] else ""
