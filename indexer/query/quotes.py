"""Typographic quotation marks, which editors and phones put where straight ones are typed."""

from __future__ import annotations

import re

from indexer.query.diagnostics import Diagnostic

_MARKS = "“”„‟«»‹›＂"
_PIECE = re.compile(
    rf"""(?P<straight>"(?:[^\\"]|\\.)*")|\\.|(?P<pair>[{_MARKS}][^{_MARKS}]*[{_MARKS}])|(?P<single>[{_MARKS}])""",
    re.DOTALL,
)


def straightened(text: str) -> str:
    """Return the text with straight quotation marks, of the same length; what stands in straight ones stays as it is."""
    return _PIECE.sub(_straight, text)


def quotes_note(text: str) -> Diagnostic | None:
    """Return the note for a text with typographic quotation marks outside of straight ones."""
    straight = straightened(text)
    if straight == text:
        return None
    position = next(index for index, (before, now) in enumerate(zip(text, straight, strict=True)) if before != now)
    message = f'{text[position]} is read as a straight quotation mark: "'
    return Diagnostic("curly-quotes", "note", message, position, 1, straight)


def _straight(match: re.Match[str]) -> str:
    if match["pair"]:
        return '"' + match["pair"][1:-1].replace('"', " ") + '"'
    return '"' if match["single"] else match[0]
