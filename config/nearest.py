"""Finds the known name that a person probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LIKENESS = 0.7  # of difflib's ratio: two letters of seven may differ; `russia` and `rusia` reach 0.91


def nearest(name: str, known: Iterable[str], *, likeness: float = _LIKENESS) -> str | None:
    """Return the known name most similar to this one, ignoring case, or None if none is similar.

    Args:
        likeness: what `difflib.SequenceMatcher.ratio` must reach; names that share a long prefix need more.
    """
    names = {one.lower(): one for one in known}
    matches = get_close_matches(name.lower(), names, n=1, cutoff=likeness)
    return names[matches[0]] if matches else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `, did you mean "…"?` with the nearest known name, or an empty string if none is similar."""
    match = nearest(name, known)
    return f', did you mean "{match}"?' if match else ""
