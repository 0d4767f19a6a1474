"""Texts in messages and lists: their beginnings, and examples of themes that fail."""

from __future__ import annotations


def excerpt(text: str, most: int) -> str:
    """Return a text on one line, cut after so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most]}…"


def failing_example(language: str, text: str, *, is_match: bool) -> str:
    """Return how an example of a theme fails, with its beginning."""
    verdict = "matches but should not" if is_match else "does not match but should"
    return f"{verdict} ({language}): {excerpt(text, 160)}"
