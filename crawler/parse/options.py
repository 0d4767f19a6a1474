"""Checks of a feed's options that several kinds share."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any


def unknown_options(options: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    """Return a sentence for every option that the kind does not have."""
    return [_sentence(name, known) for name in options if name not in known]


def _sentence(name: str, known: Sequence[str]) -> str:
    if not known:
        return f"unknown option {name!r} (this kind has none)"
    close = difflib.get_close_matches(name, known, 1)
    guess = f", did you mean {close[0]!r}?" if close else ""
    return f"unknown option {name!r} ({', '.join(known)}){guess}"


def wrong_counts(options: Mapping[str, Any], limits: Mapping[str, int]) -> list[str]:
    """Return a sentence for every option that is not a whole number from 1 to its limit."""
    return [
        f"option {name!r}: {options[name]!r} is not a whole number from 1 to {limit:,}"
        for name, limit in limits.items()
        if name in options and not _is_count(options[name], limit)
    ]


def _is_count(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limit
