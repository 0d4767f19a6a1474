"""Trends: how often a theme is spoken of, per hour, day, ISO week or month, beside everything that was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from indexer.engine import Count, Engine
from indexer.query.tree import TIMED, Between, Everything, Has, Node, Not, Value, all_of
from indexer.trends.baseline import LEAD, Days
from indexer.trends.calendar import Interval, edges_between
from indexer.trends.counting import count, count_questions, count_split, count_whole
from indexer.trends.gaps import Coverage, Gap, Panel
from indexer.trends.spikes import Sensitivity, Spike, find_spikes, surges
from indexer.trends.splits import WHOLE, Part

Cover = Callable[[Sequence[datetime]], Coverage]  # which feeds delivered between these edges

LOSS = 0.1  # part of all articles whose sources are silent, from which on a day says nothing of what is usual
_LARGE = 0.25  # part of everything from which on a question makes the rise of everything itself


class Bucket(NamedTuple):
    """Counts between two edges in time.

    Attributes:
        start: first moment of the bucket, in the time zone asked for.
        end: first moment after it.
        articles: matching articles.
        stories: those among them that are nobody's copy.
        total: all articles of the scope, matching or not.
        share: articles / total, None where nothing was collected (nothing can be said).
        sources: sources with at least one article of the scope.
        partial: the bucket is not over yet.
        gaps: sources that did not deliver in it.
        corrected: the share over the sources that delivered throughout; None unless asked for, or where they have nothing.
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
    """One theme or query over time, or the part of it that holds one value.

    Attributes:
        undated: matching articles of the scope without a believable date, in no bucket.
        day_only: matching articles left out of hourly buckets because only their day is known.
        spikes: days that stand out, whatever the interval; found for the whole alone.
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
        panel: the sources over which shares were corrected; None unless asked for.
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
    """Count every question per interval beside everything in its scope.

    Args:
        questions: name → what is counted, such as `{"truce": Value("themes", …)}`.
        scope: what the share is a share of; None is every article.
        parts: into which each question is split as well, see `indexer.trends.splits.parts`; shares are then of the part.
        cover: tells when feeds delivered; without it no gap is known.
        corrected: whether to give the share over the sources that delivered throughout.

    Raises:
        WrongArgument: the range is empty or too long.
        EngineError: as the engine found it.
    """
    edges = edges_between(since, until, interval, zone)
    days = edges_between(edges[0] - timedelta(days=LEAD), edges[-1], "day", zone)
    counter = _Counter(engine, questions, interval, edges, days, scope or Everything(), now, cover, sensitivity)
    panel = counter.panel if corrected else None
    series = [each for part in (WHOLE, *parts) for each in counter.series(part, panel)]
    return Trend(interval, edges[0], edges[-1], tuple(series), panel)


@dataclass(frozen=True, slots=True)
class _Among:
    """Everything of a scope, bucket by bucket."""

    articles: Sequence[int]
    stories: Sequence[int]
    sources: Sequence[int]

    @classmethod
    def all_sources(cls, by_source: Mapping[str, Sequence[Count]], buckets: int) -> _Among:
        """Add the sources up."""
        articles, stories, sources = [0] * buckets, [0] * buckets, [0] * buckets
        for counts in by_source.values():
            for bucket, counted in enumerate(counts):
                if number := counted.articles:
                    articles[bucket] += number
                    stories[bucket] += counted.stories
                    sources[bucket] += 1
        return cls(articles, stories, sources)

    def last(self, buckets: int) -> _Among:
        """Return the last buckets of it."""
        return _Among(self.articles[-buckets:], self.stories[-buckets:], self.sources[-buckets:])


@dataclass(frozen=True)
class _Counter:
    """Counts questions over one range; what several series need is counted once.

    Attributes:
        days: the edges of days from the first one that says what is usual to the end of the range.
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
        scope = all_of(self.timed, part.node)
        if part is WHOLE:
            by_source, counted, among = self.by_source, self.counted, self.among_wide.last(len(self.edges) - 1)
        else:
            by_source = count_split(self.engine, scope, self.edges, "source")
            counted = count_questions(self.engine, self.questions, scope, self.edges)
            among = _Among.all_sources(by_source, len(self.edges) - 1)
        undated = count_whole(self.engine, self.questions, all_of(self.scope, part.node, Not(Has("published"))))
        for name, node in self.questions.items():
            within = all_of(node, self.scope, part.node)
            yield Series(
                name=name,
                part=part,
                buckets=tuple(self.buckets(counted[name], among, self.corrected(node, scope, by_source, panel))),
                undated=undated[name],
                day_only=self.day_only(within) if self.interval == "hour" else 0,
                spikes=self.spikes(name) if part is WHOLE else (),
            )

    def buckets(self, counts: Sequence[Count], among: _Among, corrected: Sequence[float | None]) -> Iterator[Bucket]:
        rows = zip(self.spans, counts, among.articles, among.sources, self.gaps, corrected, strict=True)
        for (start, end, partial), counted, total, sources, gaps, corrected_share in rows:
            articles = counted.articles
            share = articles / total if total else None
            yield Bucket(start, end, articles, counted.stories, total, share, sources, partial, gaps, corrected_share)

    def corrected(
        self, node: Node, scope: Node, by_source: Mapping[str, Sequence[Count]], panel: Panel | None
    ) -> Sequence[float | None]:
        if panel is None:
            return [None] * (len(self.edges) - 1)
        kept = {source: counts for source, counts in by_source.items() if source in panel.sources}
        matching = count(self.engine, all_of(node, scope, Value("source", panel.sources)), self.edges)
        totals = _Among.all_sources(kept, len(matching)).articles
        return [each.articles / total if total else None for each, total in zip(matching, totals, strict=True)]

    def day_only(self, node: Node) -> int:
        between = Between("published", self.edges[0], self.edges[-1])
        return self.engine.count(all_of(node, Value("precision", frozenset({"day"})), between))

    def spikes(self, name: str) -> tuple[Spike, ...]:
        stories, everything = [each.stories for each in self.daily[name]], self.daily_total.stories
        volume = self.rises
        if sum(stories) > _LARGE * sum(everything):
            volume = surges(self.as_days([all - own for all, own in zip(everything, stories, strict=True)], self.calm))
        return tuple(find_spikes(self.as_days(stories, volume), self.sensitivity, self.edges[0].date()))

    def as_days(self, counts: Sequence[int], volume: Sequence[float]) -> Days:
        return Days(self.dates, counts, self.usable, volume)

    @cached_property
    def spans(self) -> Sequence[tuple[datetime, datetime, bool]]:
        """Start and end of each bucket, and whether that is still to come."""
        return [(start, end, end > self.now) for start, end in pairwise(self.edges)]

    @cached_property
    def timed(self) -> Node:
        """The scope, in hours without the articles of which only the day is known."""
        return all_of(self.scope, TIMED) if self.interval == "hour" else self.scope

    @cached_property
    def dates(self) -> Sequence[date]:
        return [edge.date() for edge in self.days[:-1]]

    @property
    def wide(self) -> Sequence[datetime]:
        """The edges that are asked for: those of the buckets, and where these are days the weeks before."""
        return self.days if self.interval == "day" else self.edges

    @cached_property
    def counted_wide(self) -> Mapping[str, Sequence[Count]]:
        return count_questions(self.engine, self.questions, self.timed, self.wide)

    @cached_property
    def by_source_wide(self) -> Mapping[str, Sequence[Count]]:
        return count_split(self.engine, self.timed, self.wide, "source")

    @cached_property
    def among_wide(self) -> _Among:
        return _Among.all_sources(self.by_source_wide, len(self.wide) - 1)

    @cached_property
    def counted(self) -> Mapping[str, Sequence[Count]]:
        return {name: counts[-len(self.edges) + 1 :] for name, counts in self.counted_wide.items()}

    @cached_property
    def by_source(self) -> Mapping[str, Sequence[Count]]:
        return {source: counts[-len(self.edges) + 1 :] for source, counts in self.by_source_wide.items()}

    @cached_property
    def daily(self) -> Mapping[str, Sequence[Count]]:
        if self.interval == "day":
            return self.counted_wide
        return count_questions(self.engine, self.questions, self.scope, self.days)

    @cached_property
    def daily_total(self) -> _Among:
        if self.interval == "day":
            return self.among_wide
        return _Among.all_sources({"": count(self.engine, self.scope, self.days)}, len(self.dates))

    @cached_property
    def coverage(self) -> Coverage | None:
        return self.cover(self.edges) if self.cover else None

    @cached_property
    def gaps(self) -> Sequence[tuple[Gap, ...]]:
        return self.coverage.gaps() if self.coverage else [()] * (len(self.edges) - 1)

    @cached_property
    def panel(self) -> Panel:
        held = {source for source, counts in self.by_source.items() if any(each.articles for each in counts)}
        return self.coverage.panel(held) if self.coverage else Panel(frozenset(held), {})

    @cached_property
    def calm(self) -> Sequence[float]:
        return [1.0] * len(self.dates)

    @cached_property
    def rises(self) -> Sequence[float]:
        """How many times the usual everything was on each day."""
        return surges(self.as_days(self.daily_total.stories, self.calm))

    @cached_property
    def usable(self) -> Sequence[bool]:
        """Whether a day's counts say what was said: not before the first article, nor where much was not delivered."""
        began = next((number for number, total in enumerate(self.daily_total.articles) if total), len(self.dates))
        held = {source: sum(each.articles for each in counts) for source, counts in self.by_source_wide.items()}
        most = LOSS * sum(held.values())
        gaps = self.cover(self.days).gaps() if self.cover else [()] * len(self.dates)
        lost = [sum(held.get(gap.source, 0) for gap in each if gap.whole) for each in gaps]
        return [number >= began and loss <= most for number, loss in enumerate(lost)]
