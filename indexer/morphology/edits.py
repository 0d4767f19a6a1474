"""How one form of a word is made from another, written so that words that inflect alike share it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_LONGEST_PREFIX = 4  # ge-, nie-, naj-, nienaj- is rare enough to be written out


class Edit(NamedTuple):
    """Drop `head` characters at the front and `tail` at the end, then put `before` and `after` around the rest."""

    head: int
    tail: int
    before: str
    after: str

    @classmethod
    def between(cls, source: str, target: str) -> Edit:
        """Return the edit that makes the target from the source and keeps most of it."""
        kept = shared(source, target)
        head = added = 0
        if 2 * kept < min(len(source), len(target)):
            kept, head, added = max(_cuts(source, target))
            head, added = -head, -added
        return cls(head, len(source) - head - kept, target[:added], target[added + kept :])

    def reversed_for(self, source: str) -> Edit:
        """Return the edit that makes the source again from what this one makes of it."""
        return Edit(
            len(self.before),
            len(self.after),
            source[: self.head],
            source[len(source) - self.tail :] if self.tail else "",
        )

    def apply(self, source: str) -> str:
        """Return the word the edit makes of the source."""
        return f"{self.before}{source[self.head : len(source) - self.tail]}{self.after}"

    def written(self) -> str:
        """Return the edit as text that `read` understands."""
        return f"{self.head} {self.tail} {self.before} {self.after}"

    @classmethod
    def read(cls, text: str) -> Edit:
        """Return the edit that was written."""
        head, tail, before, after = text.split(" ")
        return cls(int(head), int(tail), before, after)


def _cuts(source: str, target: str) -> Iterator[tuple[int, int, int]]:
    """Yield (characters kept, -head, -added) for every way to cut the front of one of the two."""
    yield shared(source, target), 0, 0
    for cut in range(1, _LONGEST_PREFIX + 1):
        yield shared(source[cut:], target), -cut, 0
        yield shared(source, target[cut:]), 0, -cut


def shared(a: str, b: str) -> int:
    """Return how many characters the two begin with in common."""
    for length, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return length
    return min(len(a), len(b))
