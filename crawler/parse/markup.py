"""Text out of bits of markup, as titles and summaries carry it: tags, entities, blanks and control characters."""

from __future__ import annotations

import html
import re

TITLE_CHARS = 1_000

# One pass for all: group 1 is what parts words, the rest may stand inside of one.
_MARKUP = re.compile(
    r"<(?:((script|style|noscript|template)\b[^<>]*>.*?(?:</\2\s*>|\Z)|/?(?:br|p|div|li|tr|td|h[1-6]|blockquote)\b[^<>]*>)"
    r"|!--.*?(?:-->|\Z)|!\[CDATA\[|[/!?]?[a-z][^<>]*>|[a-z][\w:-]*\s[^<>=]*=[^<>]*\Z|>)",
    re.DOTALL | re.IGNORECASE,
)
_INVISIBLE = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))  # inside of words
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2061-\u2069\ufffe\uffff\ud800-\udfff]")
# A title is escaped twice at most by honest systems; what is wrapped deeper is not meant to be read.
_ROUNDS = 4


def plain(text: str) -> str:
    """Return the words of a text that may hold markup or entities, in one line; markup never survives."""
    for _ in range(_ROUNDS):
        if "<" in text:
            text = _without_tags(text)
        unescaped = html.unescape(text) if "&" in text else text
        if unescaped == text:
            break
        text = unescaped
    else:
        text = _without_tags(text)
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_CONTROL.sub(" ", text.translate(_INVISIBLE)).split())


def clean_title(text: object) -> str | None:
    """Return a title as people should see it, cut to 1,000 characters, or None when nothing is left of it."""
    return plain(text[: 20 * TITLE_CHARS])[:TITLE_CHARS].rstrip() or None if isinstance(text, str) else None


def paragraphs(text: str) -> str:
    """Return plain text as HTML: escaped, with its blank lines as paragraphs."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks if block.strip())


def _without_tags(text: str) -> str:
    for _ in range(_ROUNDS):  # what is left of `<<b>i>` is a tag again
        cleaned = _MARKUP.sub(_gap, text).replace("]]>", "")
        if "<" not in cleaned or cleaned == text:
            return cleaned
        text = cleaned
    return text.replace("<", " ")


def _gap(match: re.Match[str]) -> str:
    return " " if match[1] else ""
