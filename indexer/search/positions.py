"""Finding the positions of a text's words that match a leaf of a query tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from itertools import product

from indexer.query.tree import Forms, Fuzzy, Near, Phrase, Place, Prefix, Wildcard
from indexer.query.wildcards import matcher

Spotter = Callable[[str], bool]
_MOST_CHOICES = 2_000  # the most ways to try of assigning the words of one NEAR clause to positions


def spotter(leaf: Place | Fuzzy) -> Spotter:
    """Return a function that returns whether a word matches the leaf."""
    match leaf:
        case Forms(forms=forms):
            return forms.__contains__
        case Prefix(prefix=prefix):
            return lambda word: word.startswith(prefix)
        case Wildcard(pattern=pattern):
            return matcher(pattern)
        case Fuzzy(word=word, distance=distance):
            cache: dict[str, bool] = {}
            return lambda other: cache.setdefault(other, within_edits(word, other, distance))


def leaf_positions(leaf: Place | Fuzzy | Phrase | Near, words: Sequence[str], vocabulary: Set[str]) -> Iterable[int]:
    """Return the positions of the words that match a leaf.

    Args:
        vocabulary: all of the words, perhaps with others; a leaf whose forms are not among them is skipped at once.
    """
    places = leaf.places if isinstance(leaf, Phrase | Near) else (leaf,)
    if any(isinstance(place, Forms) and place.forms.isdisjoint(vocabulary) for place in places):
        return ()  # true of nearly all leaves of a long query
    spotters = [spotter(place) for place in places]
    match leaf:
        case Phrase():
            return phrase_positions(words, spotters)
        case Near(gap=gap):
            return near_positions(words, spotters, gap)
    return single(words, spotters[0])


def single(words: Sequence[str], spot: Spotter) -> list[int]:
    """Return the positions of the words that match."""
    return [position for position, word in enumerate(words) if spot(word)]


def phrase_positions(words: Sequence[str], spots: Sequence[Spotter]) -> set[int]:
    """Return the positions of all words that are part of the phrase."""
    first, *others = spots
    positions: set[int] = set()
    for start in range(len(words) - len(others)):
        if first(words[start]) and all(spot(words[start + 1 + offset]) for offset, spot in enumerate(others)):
            positions.update(range(start, start + len(spots)))
    return positions


def near_positions(words: Sequence[str], spots: Sequence[Spotter], gap: int) -> set[int]:
    """Return the positions of all words that are part of a NEAR match; every place takes a different position."""
    reach = len(spots) + gap
    candidates = [single(words, spot) for spot in spots]
    positions: set[int] = set()
    for first in sorted(set().union(*candidates)):
        nearby = [[position for position in one if first <= position < first + reach] for one in candidates]
        if all(nearby):
            positions.update(_choose(nearby, first))
    return positions


def _choose(nearby: Sequence[Iterable[int]], first: int) -> set[int]:
    positions: set[int] = set()
    for number, choice in enumerate(product(*nearby)):
        if number >= _MOST_CHOICES:
            break
        if first in choice and len(set(choice)) == len(choice):
            positions.update(choice)
    return positions


def within_edits(a: str, b: str, most: int) -> bool:
    """Return whether `most` insertions, deletions, substitutions or swaps of neighbours are enough to turn a into b."""
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
