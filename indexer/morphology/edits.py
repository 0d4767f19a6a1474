"""Edits that turn one form of a word into another, such that words that inflect alike have equal edits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_LONGEST_PREFIX = 4  # ge-, nie-, naj-; longer ones such as nienaj- are so rare that their forms are stored whole


class Edit(NamedTuple):
    """Removes `head` characters at the front and `tail` at the end, then puts `before` and `after` around the rest."""

    head: int
    tail: int
    before: str
    after: str

    @classmethod
    def between(cls, source: str, target: str) -> Edit:
        """Return the edit that turns the source into the target and keeps as much of the source as possible."""
        common = count_common_prefix(source, target)
        head = added = 0
        if 2 * common < min(len(source), len(target)):
            common, head, added = max(_cuts(source, target))
            head, added = -head, -added
        return cls(head, len(source) - head - common, target[:added], target[added + common :])

    def reversed_for(self, source: str) -> Edit:
        """Return the edit that turns the result of this one back into the source."""
        return Edit(
            len(self.before),
            len(self.after),
            source[: self.head],
            source[len(source) - self.tail :] if self.tail else "",
        )

    def apply(self, source: str) -> str:
        """Return the edited word."""
        return f"{self.before}{source[self.head : len(source) - self.tail]}{self.after}"

    def write(self) -> str:
        """Return the edit as text for `read`."""
        return f"{self.head} {self.tail} {self.before} {self.after}"

    @classmethod
    def read(cls, text: str) -> Edit:
        """Return the edit from the text returned by `write`."""
        head, tail, before, after = text.split(" ")
        return cls(int(head), int(tail), before, after)


def _cuts(source: str, target: str) -> Iterator[tuple[int, int, int]]:
    """Yield (common characters, -head, -added) for every prefix that can be removed from either word."""
    yield count_common_prefix(source, target), 0, 0
    for cut in range(1, _LONGEST_PREFIX + 1):
        yield count_common_prefix(source[cut:], target), -cut, 0
        yield count_common_prefix(source, target[cut:]), 0, -cut


def count_common_prefix(a: str, b: str) -> int:
    """Return the length of the common prefix of two words."""
    for length, (left, right) in enumerate(zip(a, b, strict=False)):
        if left != right:
            return length
    return min(len(a), len(b))
