"""How much processor time pages may have, and whose pages come next: no source can hold up the others."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_SHORTEST = 1.0  # seconds; the limit in the slow lane is halved with every page that ran out of time, down to this
_WORST = 6  # what counts against a source at most, so that a few good pages bring it back
_UNKNOWN = 0.05  # seconds that a page of a source without any is assumed to take


@dataclass(slots=True)
class Patience:
    """What each source has cost, in processor time.

    Pages are extracted in two lanes. The quick lane has a short limit, and sources get equal shares of its time. Pages that
    exceed the limit, and all pages of sources whose pages recently did, go to the slow lane, which runs behind the quick one.

    Attributes:
        limit: seconds of processor time that one page may have.
        heavy: seconds above which a page counts against its source, even when it is finished.
    """

    limit: float
    heavy: float
    _heavy: dict[str, int] = field(default_factory=dict)  # source → recent pages that took too long
    _spent: dict[str, float] = field(default_factory=dict)  # source → seconds
    _mean: dict[str, float] = field(default_factory=dict)  # source → seconds a page of it takes

    def knows(self, source: str) -> bool:
        """Return whether a page of this source has been extracted."""
        return source in self._mean

    def is_slow(self, source: str) -> bool:
        """Return whether the pages of a source belong in the slow lane."""
        return source in self._heavy

    def seconds(self, source: str, *, is_second_try: bool) -> float:
        """Return the limit in the slow lane for a page of this source.

        A page that ran out of time in the quick lane has the whole limit, unless others of its source ran out of time, too.
        """
        others = self._heavy.get(source, 0) - is_second_try
        return max(self.limit * 0.5 ** max(others, 0), min(_SHORTEST, self.limit))

    def note(self, source: str, seconds: float) -> bool:
        """Take into account what a page cost; return whether its source has become slow by it."""
        self._spent[source] = self._spent.get(source, 0.0) + seconds
        self._mean[source] = self._cost(source) * 0.8 + seconds * 0.2
        before = self._heavy.get(source, 0)
        after = min(before + 1, _WORST) if seconds >= self.heavy else before // 2
        self._heavy.pop(source, None)
        if after:
            self._heavy[source] = after
        return bool(after) and not before

    def shares(self, sources: Sequence[str], most: int) -> Mapping[str, int]:
        """Divide places among sources so that each gets the same processor time in the long run; return source → places."""
        if not sources:
            return {}
        # A source that had nothing to do has no claim to the time that others took meanwhile.
        least = min((self._spent[source] for source in sources if source in self._spent), default=0.0)
        for source in sources:
            self._spent[source] = max(self._spent.get(source, 0.0), least)
        queue = [(self._spent[source], source) for source in sources]
        heapq.heapify(queue)
        places: dict[str, int] = {}
        for _ in range(most):
            spent, source = queue[0]
            places[source] = places.get(source, 0) + 1
            heapq.heapreplace(queue, (spent + self._cost(source), source))
        return places

    def in_turn(self, sources: Iterable[str]) -> list[str]:
        """Return the sources, the one first that has taken the least processor time."""
        return sorted(sources, key=lambda source: (self._spent.get(source, 0.0), source))

    def _cost(self, source: str) -> float:
        return self._mean.get(source, _UNKNOWN)
