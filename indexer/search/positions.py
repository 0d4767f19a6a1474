"""Finds the positions of a text's words that match a leaf of a query tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product

from indexer.query.tree import Forms, Fuzzy, Place, Prefix, Wildcard
from indexer.query.wildcards import regex

Spotter = Callable[[str], bool]
_MOST_CHOICES = 2_000  # ways to place the words of one nearness within reach of one position


def spotter(leaf: Place | Fuzzy) -> Spotter:
    """Return a function that tells whether a word matches the leaf."""
    match leaf:
        case Forms(forms=forms):
            return forms.__contains__
        case Prefix(prefix=prefix):
            return lambda word: word.startswith(prefix)
        case Wildcard(pattern=pattern):
            compiled = re.compile(regex(pattern), re.DOTALL)
            return lambda word: compiled.fullmatch(word) is not None
        case Fuzzy(word=word, distance=distance):
            known: dict[str, bool] = {}
            return lambda other: known.setdefault(other, within_edits(word, other, distance))


def single(words: Sequence[str], spot: Spotter) -> list[int]:
    """Return the positions of the words that match."""
    return [position for position, word in enumerate(words) if spot(word)]


def phrase_positions(words: Sequence[str], spots: Sequence[Spotter]) -> set[int]:
    """Return the positions of all words that are part of the phrase."""
    first, *others = spots
    found: set[int] = set()
    for start in range(len(words) - len(others)):
        if first(words[start]) and all(spot(words[start + 1 + offset]) for offset, spot in enumerate(others)):
            found.update(range(start, start + len(spots)))
    return found


def near_positions(words: Sequence[str], spots: Sequence[Spotter], gap: int) -> set[int]:
    """Return the positions of all words that are part of the nearness, each place at a position of its own."""
    reach = len(spots) + gap
    candidates = [single(words, spot) for spot in spots]
    found: set[int] = set()
    for first in sorted(set().union(*candidates)):
        nearby = [[position for position in one if first <= position < first + reach] for one in candidates]
        if all(nearby):
            found.update(_chosen(nearby, first))
    return found


def _chosen(nearby: Sequence[Iterable[int]], first: int) -> set[int]:
    found: set[int] = set()
    for tried, choice in enumerate(product(*nearby)):
        if tried >= _MOST_CHOICES:
            break
        if first in choice and len(set(choice)) == len(choice):
            found.update(choice)
    return found


def within_edits(a: str, b: str, most: int) -> bool:
    """Tell whether at most that many insertions, deletions, substitutions or swaps of neighbours turn a into b."""
    if abs(len(a) - len(b)) > most:
        return False
    before, last = [0] * (len(b) + 1), list(range(len(b) + 1))
    for i, left in enumerate(a):
        row = [i + 1]
        for j, right in enumerate(b):
            cost = min(last[j] + (left != right), last[j + 1] + 1, row[j] + 1)
            if i and j and left == b[j - 1] and a[i - 1] == right:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        if min(row) > most:
            return False
        before, last = last, row
    return last[-1] <= most
