"""Gaps in collection: which sources did not deliver in a bucket, judged by the history of fetches, never by counts.

A feed is silent in an hour or a day when it had delivered before, did not deliver at any time in it, and the silence is
longer than three of its usual polling intervals. A feed that is no longer configured has ended instead, from its last
delivery on. A feed is silent in a week or month when it was silent on more than a tenth of the days that have begun. A
source is silent when none of the feeds it had at the time delivered.
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

WAITS = 3  # usual polling intervals after which a silence is a gap
LOSS = 0.1  # the largest fraction of articles whose sources may be silent on a day that still shows what is usual
LOST = 0.1  # the largest fraction of a bucket's days that may be silent without a gap
_FORGOTTEN = timedelta(hours=6)  # assumed polling interval of a feed that is no longer configured
_DAY = timedelta(days=1)
_FIRST_DAY = _DAY  # a source that first delivers this soon after the very first delivery does not count as new


@dataclass(frozen=True, slots=True)
class Gap:
    """A source that did not deliver in a bucket as it should have.

    Attributes:
        feeds: the silent ones.
        whole: True when no other feed of the source delivered either.
    """

    source: str
    feeds: tuple[str, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """The sources that delivered throughout a range, and the ones that did not.

    Attributes:
        left_out: source → reason: silent at times, new, ended, or unknown to the history of fetches.
    """

    sources: frozenset[str]
    left_out: Mapping[str, Absence]


@dataclass(slots=True)
class _Presence:
    """The parts of buckets in which a feed was known, silent or ended: one bit per part, part 0 lowest."""

    known: int = 0
    silent: int = 0
    ended: int = 0


class Coverage:
    """Which feeds delivered in each bucket.

    Args:
        edges: edges of the buckets, ascending, in UTC or any other zone.
        hours: history of every feed that ever delivered, with the silences that overlap the range.
        feeds: the feeds as configured now.
        now: current time, UTC.
    """

    def __init__(
        self, edges: Sequence[datetime], hours: Mapping[str, FeedHours], feeds: Sequence[Feed], now: datetime
    ) -> None:
        self._edges, self._buckets = _parts([edge.timestamp() for edge in edges])
        self._now = now
        self._begun = (1 << bisect_left(self._edges, now.timestamp())) - 1
        self._began = min((history.first for history in hours.values()), default=now)
        configured = {feed.id: feed for feed in feeds}
        self._feeds = {id: self._presence(history, configured.get(id)) for id, history in hours.items()}
        self._sources: dict[str, list[_Presence]] = defaultdict(list)
        for id, presence in self._feeds.items():
            self._sources[_source_of(id)].append(presence)

    def gaps(self) -> list[tuple[Gap, ...]]:
        """Return the gaps of each bucket, one per source."""
        silent_feeds: list[dict[str, list[str]]] = [defaultdict(list) for _ in self._buckets]
        for id in sorted(self._feeds):
            for bucket in _set_bits(self._spoilt(self._feeds[id].silent)):
                silent_feeds[bucket][_source_of(id)].append(id)
        whole = {source: self._spoilt(self._silent(source)) for source in self._sources}
        return [
            tuple(Gap(source, tuple(feeds), bool(whole[source] >> bucket & 1)) for source, feeds in by_source.items())
            for bucket, by_source in enumerate(silent_feeds)
        ]

    def panel(self, sources: Collection[str]) -> Panel:
        """Return which of these sources delivered in (nearly) every bucket in which any source delivered.

        Buckets before the very first delivery have no history and exclude no source.
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
        """Return the buckets of which these parts cover more than `LOST`."""
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
        """Return the parts that lie entirely within the silence; if it is still going on, the parts that have begun."""
        after = bisect_left(self._edges, silence.start.timestamp())
        if silence.end:
            following = bisect_right(self._edges, silence.end.timestamp()) - 1
        else:
            following = bisect_left(self._edges, self._now.timestamp())
        return self._from(after) & ~self._from(following) if following > after else 0

    def _from(self, part: int) -> int:
        """Return this part and all later ones."""
        number = len(self._edges) - 1
        first = min(max(part, 0), number)
        return (1 << number) - (1 << first)


def usable_days(totals: Sequence[int], sizes: Mapping[str, int], gaps: Sequence[Sequence[Gap]]) -> list[bool]:
    """Return for each day whether its counts are reliable: not before the first article, nor where large sources were silent.

    Args:
        totals: all articles of each day.
        sizes: the number of articles of each source, which shows how large it is.
        gaps: of each day.
    """
    began = next((number for number, total in enumerate(totals) if total), len(totals))
    most = LOSS * sum(sizes.values())
    lost = [sum(sizes.get(gap.source, 0) for gap in each if gap.whole) for each in gaps]
    return [number >= began and loss <= most for number, loss in enumerate(lost)]


def _parts(edges: Sequence[float]) -> tuple[list[float], list[int]]:
    """Return the edges of the days in all buckets, and for each bucket the bits of its parts."""
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
