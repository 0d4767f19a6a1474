"""Finds the known name that a person probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_LIKENESS = 0.7  # of difflib's ratio: two letters of seven may differ; `russia` and `rusia` reach 0.91

_SHORTEST = 3  # letters of a beginning that says what is meant
_FEW = 3  # names that are suggested at once


def nearest(name: str, known: Iterable[str], *, likeness: float = _LIKENESS) -> str | None:
    """Return the known name most similar to this one, ignoring case, or None if none is similar.

    Args:
        likeness: what `difflib.SequenceMatcher.ratio` must reach; names that share a long prefix need more.
    """
    names = {one.lower(): one for one in known}
    matches = get_close_matches(name.lower(), names, n=1, cutoff=likeness)
    return names[matches[0]] if matches else None


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return `, did you mean "…"?` with the nearest known name, or an empty string if none is similar.

    Where none is, the few names that begin with what was typed are meant: `kremlin` is `kremlin-english` or `kremlin-russian`.
    """
    names = list(known)
    match = nearest(name, names)
    meant = [match] if match else _completed(name, names)
    named = '" or "'.join(meant)
    return f', did you mean "{named}"?' if meant else ""


def _completed(name: str, names: Iterable[str]) -> list[str]:
    begun = [one for one in names if one.lower().startswith(name.lower())] if len(name) >= _SHORTEST else []
    return begun if len(begun) <= _FEW else []
