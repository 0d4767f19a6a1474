"""Trends: how often a theme comes up per hour, day, ISO week or month, as a number and as a share of all articles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from indexer.engine import Count, Engine
from indexer.query.tree import TIMED, Between, Everything, Has, Node, Not, Value, all_of
from indexer.trends.baseline import LEAD, Days
from indexer.trends.calendar import Interval, edges_between
from indexer.trends.counting import count, count_questions, count_sources, count_whole
from indexer.trends.gaps import Coverage, Gap, Panel, usable_days
from indexer.trends.spikes import Sensitivity, Spike, find_spikes, surges, with_volume
from indexer.trends.splits import WHOLE, Part

Cover = Callable[[Sequence[datetime]], Coverage]  # takes the edges of buckets


class Bucket(NamedTuple):
    """Counts between two edges in time.

    Attributes:
        start: start of the bucket, inclusive, in the trend's time zone.
        end: end of the bucket, exclusive.
        articles: number of matching articles.
        stories: those of them that are originals rather than copies.
        total: number of articles in the scope, matching or not.
        share: articles / total; None where nothing was collected.
        sources: number of sources with at least one article in the scope.
        partial: True while the bucket is in progress.
        gaps: sources that did not deliver in the bucket.
        corrected: share over the sources that delivered throughout; None unless requested, or where they have no articles.
    """

    start: datetime
    end: datetime
    articles: int
    stories: int
    total: int
    share: float | None
    sources: int
    partial: bool
    gaps: tuple[Gap, ...] = ()
    corrected: float | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One theme or query over time, or one part of it.

    Attributes:
        undated: number of matching articles without a plausible date; they are in no bucket.
        day_only: number of matching articles left out of hourly buckets because only their day is known.
        spikes: days that stand out, whatever the interval; empty for parts.
    """

    name: str
    part: Part
    buckets: tuple[Bucket, ...]
    undated: int
    day_only: int
    spikes: tuple[Spike, ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """Series over the same buckets.

    Attributes:
        panel: the sources that corrected shares are based on; None unless requested.
    """

    interval: Interval
    start: datetime
    end: datetime
    series: tuple[Series, ...]
    panel: Panel | None


def trend(
    engine: Engine,
    questions: Mapping[str, Node],
    *,
    interval: Interval,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    now: datetime,
    scope: Node | None = None,
    parts: Sequence[Part] = (),
    cover: Cover | None = None,
    corrected: bool = False,
    sensitivity: Sensitivity = "medium",
) -> Trend:
    """Count every question per interval, along with all articles in the scope.

    Args:
        questions: name → query, such as `{"truce": Value("themes", …)}`.
        scope: the articles that shares are based on; None for all articles.
        parts: also count each question within these parts, see `indexer.trends.splits.split_parts`; shares are then of the part.
        cover: returns the coverage of buckets; without it, gaps are unknown.
        corrected: also compute the share over the sources that delivered throughout.

    Raises:
        WrongArgument: the range is empty or too long.
        EngineError: the engine is unavailable.
    """
    edges = edges_between(since, until, interval, zone)
    before = edges[0] - timedelta(days=LEAD)
    if interval == "day":
        days = [*edges_between(before, edges[0], "day", zone)[:-1], *edges]
    else:
        days = edges_between(before, edges[-1], "day", zone)
    counter = _Counter(engine, questions, interval, edges, days, scope or Everything(), now, cover, sensitivity)
    panel = counter.panel if corrected else None
    series = [each for part in (WHOLE, *parts) for each in counter.series(part, panel)]
    return Trend(interval, edges[0], edges[-1], tuple(series), panel)


@dataclass(frozen=True)
class _Counter:
    """Counts questions over one range; counts that several series need are made once.

    Attributes:
        days: edges of all days from the first day of the baseline to the end of the range.
    """

    engine: Engine
    questions: Mapping[str, Node]
    interval: Interval
    edges: Sequence[datetime]
    days: Sequence[datetime]
    scope: Node
    now: datetime
    cover: Cover | None
    sensitivity: Sensitivity

    def series(self, part: Part, panel: Panel | None) -> Iterator[Series]:
        scope, edges = all_of(self.timed, part.node), self.wide[-len(self.edges) :]
        if part is WHOLE:
            counted, whole = self.counted, self.whole_wide[-len(self.edges) + 1 :]
        else:
            counted = count_questions(self.engine, self.questions, scope, edges)
            whole = count(self.engine, scope, edges)
        sources = count_sources(self.engine, scope, edges)
        undated = count_whole(self.engine, self.questions, all_of(self.scope, part.node, Not(Has("published"))))
        for name, node in self.questions.items():
            within = all_of(node, self.scope, part.node)
            yield Series(
                name=name,
                part=part,
                buckets=tuple(self.buckets(counted[name], whole, sources, self.corrected(node, scope, panel))),
                undated=undated[name],
                day_only=self.day_only(within) if self.interval == "hour" else 0,
                spikes=self.spikes(name) if part is WHOLE else (),
            )

    def buckets(
        self,
        counts: Sequence[Count],
        whole: Sequence[Count],
        sources: Sequence[int],
        corrected: Sequence[float | None],
    ) -> Iterator[Bucket]:
        articles, stories = [each.articles for each in counts], [each.stories for each in counts]
        totals = [each.articles for each in whole]
        shares = [number / total if total else None for number, total in zip(articles, totals, strict=True)]
        columns = articles, stories, totals, shares, sources, self.is_partial, self.gaps, corrected
        # What Bucket._make does, without a call in Python for each of thousands.
        return map(partial(tuple.__new__, Bucket), zip(self.edges[:-1], self.edges[1:], *columns, strict=True))

    def corrected(self, node: Node, scope: Node, panel: Panel | None) -> Sequence[float | None]:
        if panel is None:
            return [None] * (len(self.edges) - 1)
        scope = all_of(scope, Value("source", panel.sources))
        matching, whole = (count(self.engine, each, self.edges) for each in (all_of(node, scope), scope))
        return [
            part.articles / all_.articles if all_.articles else None for part, all_ in zip(matching, whole, strict=True)
        ]

    def day_only(self, node: Node) -> int:
        between = Between("published", self.edges[0], self.edges[-1])
        return self.engine.count(all_of(node, Value("precision", frozenset({"day"})), between))

    def spikes(self, name: str) -> tuple[Spike, ...]:
        stories = [each.stories for each in self.daily[name]]
        days = with_volume(self.dates, stories, self.daily_stories, self.usable, self.rises)
        return tuple(find_spikes(days, self.sensitivity, self.edges[0].date()))

    @cached_property
    def is_partial(self) -> Sequence[bool]:
        """Whether a bucket ends in the future."""
        ends = self.edges[1:]
        over = bisect_right(ends, self.now)
        return [False] * over + [True] * (len(ends) - over)

    @cached_property
    def timed(self) -> Node:
        """The scope; for hourly buckets, without the articles whose time of day is unknown."""
        return all_of(self.scope, TIMED) if self.interval == "hour" else self.scope

    @cached_property
    def dates(self) -> Sequence[date]:
        return [edge.date() for edge in self.days[:-1]]

    @cached_property
    def wide(self) -> Sequence[datetime]:
        """The edges to count between, UTC: those of the buckets, or for daily buckets those of the baseline as well."""
        return [edge.astimezone(UTC) for edge in (self.days if self.interval == "day" else self.edges)]

    @cached_property
    def counted_wide(self) -> Mapping[str, Sequence[Count]]:
        return count_questions(self.engine, self.questions, self.timed, self.wide)

    @cached_property
    def whole_wide(self) -> Sequence[Count]:
        """All articles in the scope."""
        return count(self.engine, self.timed, self.wide)

    @cached_property
    def counted(self) -> Mapping[str, Sequence[Count]]:
        return {name: counts[-len(self.edges) + 1 :] for name, counts in self.counted_wide.items()}

    @cached_property
    def daily(self) -> Mapping[str, Sequence[Count]]:
        if self.interval == "day":
            return self.counted_wide
        return count_questions(self.engine, self.questions, self.scope, self.days)

    @cached_property
    def daily_whole(self) -> Sequence[Count]:
        return self.whole_wide if self.interval == "day" else count(self.engine, self.scope, self.days)

    @cached_property
    def daily_stories(self) -> Sequence[int]:
        return [each.stories for each in self.daily_whole]

    @cached_property
    def coverage(self) -> Coverage | None:
        return self.cover(self.edges) if self.cover else None

    @cached_property
    def gaps(self) -> Sequence[tuple[Gap, ...]]:
        return self.coverage.gaps() if self.coverage else [()] * (len(self.edges) - 1)

    @cached_property
    def panel(self) -> Panel:
        active = self.sizes(self.edges).keys()
        return self.coverage.panel(active) if self.coverage else Panel(frozenset(active), {})

    @cached_property
    def rises(self) -> Sequence[float]:
        """How many times its usual level the total reached on each day."""
        return surges(Days(self.dates, self.daily_stories, self.usable, [1.0] * len(self.dates)))

    @cached_property
    def usable(self) -> Sequence[bool]:
        """Whether a day's counts are reliable: not before the first article, nor where large sources were silent."""
        gaps = self.cover(self.days).gaps() if self.cover else [()] * len(self.dates)
        sizes = self.sizes(self.wide) if any(gaps) else {}
        return usable_days([each.articles for each in self.daily_whole], sizes, gaps)

    def sizes(self, edges: Sequence[datetime]) -> Mapping[str, int]:
        """Return source → number of its articles."""
        return self.engine.tally(all_of(self.timed, Between("published", edges[0], edges[-1])), "source")
