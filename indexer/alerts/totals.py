"""How much of everything was known at each moment of the past: what shares are shares of, by day and as a whole."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

from config.alerts import LONGEST_SILENCE
from indexer.article import MomentField
from indexer.engine import Count, Engine
from indexer.query.tree import Between, Node, Not, all_of
from indexer.trends.counting import EDGES_AT_ONCE, NONE, count

HOUR = timedelta(hours=1)
_START = datetime(1900, 1, 1, tzinfo=UTC)  # before anything that is counted


@dataclass(frozen=True, slots=True)
class Growth:
    """A count as it grew: from each of these ticks on, it had the value beside it."""

    ticks: Sequence[int]
    counts: Sequence[Count]

    def at(self, tick: int) -> Count:
        """Return the count at a tick."""
        place = bisect_right(self.ticks, tick)
        return self.counts[place - 1] if place else NONE


@dataclass(frozen=True, slots=True)
class Totals:
    """How much of everything was known at each tick: by day of publication, and as a whole.

    Attributes:
        ticks: the moments.
        days: day → what was known of it, by the number of the tick.
        moments: full hours, from the longest silence before the first tick on.
        arrived: all that was known at each of these.
    """

    ticks: Sequence[datetime]
    days: Mapping[datetime, Growth]
    moments: Sequence[datetime]
    arrived: Sequence[int]


def moments_of(ticks: Sequence[datetime]) -> list[datetime]:
    """Return the ticks, and the full hours before them in which the longest silence could have begun."""
    before = LONGEST_SILENCE // HOUR
    return [*(ticks[0] - number * HOUR for number in range(before, 0, -1)), *ticks]


def read_totals(
    engine: Engine, within: Node, days: Sequence[datetime], ticks: Sequence[datetime], began: datetime
) -> Totals:
    """Count everything by the day it was published and the tick at which it was known.

    What was published before Parley collected anything counts as known from then, all else from when it was collected. A few
    requests count all of it, however many days and ticks there are.

    Args:
        began: when Parley first collected anything.

    Raises:
        EngineError: the engine is unavailable.
    """
    moments = moments_of(ticks)
    old, young = Between("published", None, began), Between("published", began, None)
    edges = sorted({began, *(edge for edge in (*days, *moments) if edge < began)})
    published = _SoFar.read(engine, all_of(within, old), edges, "published")
    collected = _SoFar.read(engine, all_of(within, Not(old)), moments, "collected")
    arrived = [published.before(moment).articles + collected.before(moment).articles for moment in moments]
    steps = {day: _published(day, end, ticks, published) if day < began else {} for day, end in pairwise(days)}
    recent = days[max(0, bisect_right(days, began) - 1) :]
    for day, number, known in _collected(engine, all_of(within, young), recent, ticks):
        steps[day][number] = _sum(steps[day].get(number, NONE), known)
    return Totals(ticks, {day: _grown(each) for day, each in steps.items()}, moments, arrived)


class _SoFar:
    """How many articles there were before each edge."""

    def __init__(self, edges: Sequence[datetime], counts: Iterable[Count]) -> None:
        self._edges = edges
        self._sums = list(accumulate(counts, _sum))

    @classmethod
    def read(cls, engine: Engine, node: Node, edges: Sequence[datetime], field: MomentField) -> _SoFar:
        return cls(edges, count(engine, node, [_START, *edges], field=field))

    def before(self, moment: datetime) -> Count:
        """Return the number before one of the edges; after the last edge there are none."""
        return self._sums[min(bisect_left(self._edges, moment), len(self._sums) - 1)]


def _published(day: datetime, end: datetime, ticks: Sequence[datetime], so_far: _SoFar) -> dict[int, Count]:
    """Return number of a tick → what was published of the day between the tick before and this one."""
    steps = {}
    before = so_far.before(day)
    for number in range(bisect_right(ticks, day), min(bisect_left(ticks, end) + 1, len(ticks))):
        now = so_far.before(min(ticks[number], end))
        steps[number] = Count(now.articles - before.articles, now.stories - before.stories)
        before = now
    return steps


def _collected(
    engine: Engine, node: Node, days: Sequence[datetime], ticks: Sequence[datetime]
) -> Iterator[tuple[datetime, int, Count]]:
    """Yield day, number of a tick and what was collected of the day between the tick before and this one."""
    if len(days) < 2:
        return
    edges = [day.astimezone(UTC) for day in days]
    earlier = count(engine, all_of(node, Between("collected", None, ticks[0])), edges)
    yield from ((day, 0, known) for day, known in zip(days, earlier, strict=False))
    for first in range(0, len(ticks) - 1, EDGES_AT_ONCE - 1):
        rows = engine.arrivals(node, edges, ticks[first : first + EDGES_AT_ONCE])
        for day, row in zip(days, rows, strict=False):
            yield from ((day, first + place + 1, known) for place, known in row.items())


def _grown(steps: Mapping[int, Count]) -> Growth:
    ticks = sorted(steps)
    return Growth(ticks, list(accumulate((steps[tick] for tick in ticks), _sum)))


def _sum(one: Count, other: Count) -> Count:
    return Count(one.articles + other.articles, one.stories + other.stories)
