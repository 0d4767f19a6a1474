"""Gaps in collecting: which sources did not deliver in a bucket, as the history of fetches tells, never the counts.

A feed is silent in an hour or a day when it had delivered before, did not deliver in any hour of it, and that silence is
longer than three of its usual waits; one that is configured no longer has ended instead, as far as nothing came after.
It is silent in a week or month when it was so on more than a tenth of the days that have begun. A source is silent when
none of the feeds it had by then delivered.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Literal

from config.sources import Feed
from crawler.archive.feed_hours import FeedHours, Silence
from crawler.schedule import usual_wait

Absence = Literal["silent", "new", "ended", "unknown"]

WAITS = 3  # usual waits after which a silence is a gap
LOST = 0.1  # part of the days of a bucket from which on it is one
_FORGOTTEN = timedelta(hours=6)  # taken as the usual wait of a feed that is configured no longer
_DAY = timedelta(days=1)
_FIRST_DAY = _DAY  # sources that came up this soon after the first of all are not new


@dataclass(frozen=True, slots=True)
class Gap:
    """A source that did not deliver in a bucket as it should have.

    Attributes:
        feeds: the silent ones.
        whole: whether no other feed of the source delivered.
    """

    source: str
    feeds: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The sources that delivered throughout, and those that did not.

    Attributes:
        left_out: source → why: silent for a time, new since, ended, or unknown to the history of fetches.
    """

    sources: frozenset[str]
    left_out: Mapping[str, Absence]


@dataclass(slots=True)
class _Presence:
    """In which parts of buckets a feed was known, silent and at an end: a bit each, part 0 lowest."""

    known: int = 0
    silent: int = 0
    ended: int = 0


class Coverage:
    """Which feeds delivered in the buckets between some edges.

    Args:
        edges: of the buckets, ascending, UTC or any zone.
        hours: of every feed that ever delivered, with the silences that touch the range.
        feeds: as configured now.
        now: UTC.
    """

    def __init__(
        self, edges: Sequence[datetime], hours: Mapping[str, FeedHours], feeds: Sequence[Feed], now: datetime
    ) -> None:
        self._edges, self._buckets = _parts([edge.timestamp() for edge in edges])
        self._now = now
        self._begun = (1 << bisect_left(self._edges, now.timestamp())) - 1
        self._began = min((of_feed.first for of_feed in hours.values()), default=now)
        configured = {feed.id: feed for feed in feeds}
        self._feeds = {id: self._presence(of_feed, configured.get(id)) for id, of_feed in hours.items()}
        self._sources: dict[str, list[_Presence]] = defaultdict(list)
        for id, presence in self._feeds.items():
            self._sources[_source_of(id)].append(presence)

    def gaps(self) -> list[tuple[Gap, ...]]:
        """Return the gaps of each bucket, by source."""
        found: list[dict[str, list[str]]] = [defaultdict(list) for _ in self._buckets]
        for id in sorted(self._feeds):
            for bucket in _set_bits(self._spoilt(self._feeds[id].silent)):
                found[bucket][_source_of(id)].append(id)
        whole = {source: self._spoilt(self._silent(source)) for source in self._sources}
        return [
            tuple(Gap(source, tuple(silent), bool(whole[source] >> bucket & 1)) for source, silent in each.items())
            for bucket, each in enumerate(found)
        ]

    def panel(self, sources: Collection[str]) -> Panel:
        """Return which of these sources were alive throughout, or as good as, when any source was.

        Buckets that were over before the first delivery of all have no history and keep nobody out.
        """
        anyone = reduce(or_, map(self._alive, self._sources), 0)
        left_out: dict[str, Absence] = {}
        for source in sources:
            absent = anyone & ~self._alive(source)
            if self._spoilt(absent):
                left_out[source] = self._absence(source, absent)
            elif source not in self._sources:
                left_out[source] = "unknown"
        return Panel(frozenset(source for source in sources if source not in left_out), left_out)

    def _alive(self, source: str) -> int:
        return reduce(or_, (each.known & ~each.silent & ~each.ended for each in self._sources.get(source, ())), 0)

    def _silent(self, source: str) -> int:
        return reduce(or_, (each.silent for each in self._sources[source]), 0) & ~self._alive(source)

    def _spoilt(self, parts: int) -> int:
        """Return the buckets of which more than `LOST` lies in these parts."""
        if len(self._edges) == len(self._buckets) + 1:  # hours and days have one part each
            return parts
        spoilt = 0
        for number, bucket in enumerate(self._buckets):
            if (parts & bucket & self._begun).bit_count() > LOST * (bucket & self._begun).bit_count():
                spoilt |= 1 << number
        return spoilt

    def _absence(self, source: str, absent: int) -> Absence:
        feeds = self._sources.get(source, [])
        if not feeds:
            return "unknown"
        if any(feed.silent & absent for feed in feeds):
            return "silent"
        return "ended" if any(feed.ended & absent for feed in feeds) else "new"

    def _presence(self, hours: FeedHours, feed: Feed | None) -> _Presence:
        watched = feed is not None and feed.enabled
        usual = usual_wait(feed, self._now) if feed else _FORGOTTEN
        since = self._began if hours.first - self._began <= _FIRST_DAY else hours.first
        presence = _Presence(known=self._from(bisect_right(self._edges, since.timestamp()) - 1))
        for silence in hours.silences:
            if silence.end is None and not watched:
                presence.ended |= self._from(bisect_left(self._edges, silence.start.timestamp()))
            elif (silence.end or self._now) - silence.start > WAITS * usual:
                presence.silent |= self._within(silence)
        return presence

    def _within(self, silence: Silence) -> int:
        """Return the parts in which nothing but the silence lies; of one that is not over, what has passed of it."""
        after = bisect_left(self._edges, silence.start.timestamp())
        if silence.end:
            following = bisect_right(self._edges, silence.end.timestamp()) - 1
        else:
            following = bisect_left(self._edges, self._now.timestamp())
        return self._from(after) & ~self._from(following) if following > after else 0

    def _from(self, part: int) -> int:
        """Return all parts from this one on."""
        number = len(self._edges) - 1
        first = min(max(part, 0), number)
        return (1 << number) - (1 << first)


def _parts(edges: Sequence[float]) -> tuple[list[float], list[int]]:
    """Return the edges of the days of each bucket, and for each bucket the bits of its parts."""
    inner, buckets = [edges[0]], []
    for start, end in pairwise(edges):
        number = max(1, round((end - start) / _DAY.total_seconds()))
        buckets.append(((1 << number) - 1) << len(inner) - 1)
        inner += [start + (end - start) * part / number for part in range(1, number)] + [end]
    return inner, buckets


def _source_of(feed: str) -> str:
    return feed.partition("/")[0]


def _set_bits(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
