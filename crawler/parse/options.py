"""Checks of feed options that several kinds share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from config.nearest import suggestion


def unknown_options(options: Mapping[str, Any], known: Sequence[str]) -> list[str]:
    """Return a sentence for every option that the kind does not know."""
    return [_sentence(name, known) for name in options if name not in known]


def _sentence(name: str, known: Sequence[str]) -> str:
    if not known:
        return f'unknown option "{name}" (this kind has none)'
    return f'unknown option "{name}"{suggestion(name, known)} ({", ".join(known)})'


def wrong_counts(options: Mapping[str, Any], limits: Mapping[str, int]) -> list[str]:
    """Return a sentence for every option that is not a whole number from 1 to its limit."""
    return [
        f"option {name!r}: {options[name]!r} is not a whole number from 1 to {limit:,}"
        for name, limit in limits.items()
        if name in options and not _is_count(options[name], limit)
    ]


def _is_count(value: object, limit: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limit
