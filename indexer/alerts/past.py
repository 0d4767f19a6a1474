"""What was known of what a rule watches at each hour of the past, read once from an engine and walked through in memory.

An article counts as known from when it was collected. One that was published before Parley collected anything counts as known
from when it was published, so that a rule can be tried on the time before.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from indexer.alerts.known import Arrived, Headline, Subject, headline, lead, reliable
from indexer.alerts.totals import Totals, read_totals
from indexer.article import Article
from indexer.copies.order import published_by
from indexer.engine import Count, Engine
from indexer.query.tree import Between, Has, Not, all_of, any_of
from indexer.trends.counting import NONE
from indexer.trends.gaps import Coverage

_Order = tuple[datetime, bool, datetime, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """An article, when it became known, and its place among the articles of its group: the first is the story.

    Attributes:
        row: its `collected` is when it became known.
        is_watched: False for a story that the rule does not watch, although it watches a copy of it.
    """

    row: Headline
    order: _Order
    is_watched: bool = True


def entry(article: Article, began: datetime, *, is_watched: bool = True) -> Entry:
    """Return an article as it became known.

    Args:
        began: when Parley first collected anything.
    """
    row = headline(article)
    if row.published is not None and row.published < began:
        row = replace(row, collected=min(row.published, row.collected))
    return Entry(row, (*published_by(article).order, article.id), is_watched)


class Past:
    """A walk through what was known, forward only; see `indexer.alerts.known.Known`.

    Args:
        entries: the articles that the rule watches, and the stories of those that are copies.
        usable: returns for each day whether its counts can be relied on.
    """

    def __init__(self, entries: Iterable[Entry], totals: Totals, usable: Mapping[datetime, bool]) -> None:
        self._waiting = sorted(entries, key=lambda each: each.row.met)
        self._totals, self._usable = totals, usable
        self._place = 0
        self._at = datetime.min.replace(tzinfo=UTC)
        self._groups: dict[str, Entry] = {}  # group → the first in the order of those known
        self._announced: set[str] = set()
        self._firsts: list[Headline] = []
        self._arrivals: list[datetime] = []
        self._articles: list[datetime] = []  # times of publication of what is known
        self._timed: list[datetime] = []
        self._stories: list[datetime] = []
        self._timed_stories: list[datetime] = []
        self._rows: list[Headline] = []

    def again(self) -> Past:
        """Return a new walk through the same past."""
        return Past(self._waiting, self._totals, self._usable)

    @property
    def at(self) -> datetime:
        """The moment."""
        return self._at

    def move_to(self, moment: datetime) -> None:
        """Learn what became known before this moment."""
        self._at = moment
        while self._place < len(self._waiting) and self._waiting[self._place].row.collected < moment:
            self._learn(self._waiting[self._place])
            self._place += 1

    def counts(self, edges: Sequence[datetime], *, timed: bool = False) -> Sequence[Count]:
        """Count the watched articles."""
        articles = self._timed if timed else self._articles
        stories = self._timed_stories if timed else self._stories
        return [Count(*both) for both in zip(_between(articles, edges), _between(stories, edges), strict=True)]

    def totals(self, days: Sequence[datetime]) -> Sequence[Count]:
        """Count everything."""
        tick = bisect_left(self._totals.ticks, self._at)
        grown = self._totals.days
        return [grown[day].at(tick) if day in grown else NONE for day in days[:-1]]

    def usable(self, days: Sequence[datetime]) -> Sequence[bool]:
        """Return for each day whether its counts can be relied on."""
        return [self._usable.get(day, False) for day in days[:-1]]

    def new(self, since: datetime) -> Sequence[Headline]:
        """Return the stories that became known."""
        return self._firsts[bisect_left(self._firsts, since, key=lambda row: row.collected) :]

    def arrived(self, since: datetime) -> Arrived:
        """Return how many articles were collected."""
        moments, arrived = self._totals.moments, self._totals.arrived
        now, then = (arrived[bisect_left(moments, moment)] for moment in (self._at, since))
        return Arrived(len(self._arrivals) - bisect_left(self._arrivals, since), now - then)

    def leading(self, start: datetime, end: datetime) -> Sequence[Headline]:
        """Return the stories that most articles carried."""
        return lead(row for row in self._rows if row.published is not None and start <= row.published < end)

    def unwell(self) -> Mapping[str, str]:
        """Return nothing: the health of feeds is not kept."""
        return {}

    def _learn(self, each: Entry) -> None:
        row = each.row
        if each.is_watched:
            self._rows.append(row)
            self._arrivals.append(row.collected)
            self._note(row, self._articles, self._timed)
            if row.group not in self._announced:
                self._announced.add(row.group)
                self._firsts.append(row)
        before = self._groups.get(row.group)
        if before is None or each.order < before.order:
            self._groups[row.group] = each
            if before is not None and before.is_watched:
                self._forget(before.row)
            if each.is_watched:
                self._note(row, self._stories, self._timed_stories)

    def _note(self, row: Headline, every: list[datetime], timed: list[datetime]) -> None:
        if row.published is not None:
            insort(every, row.published)
            if row.precision == "second":
                insort(timed, row.published)

    def _forget(self, row: Headline) -> None:
        """Count a story no longer: it is a copy of one that became known later."""
        if row.published is not None:
            del self._stories[bisect_left(self._stories, row.published)]
            if row.precision == "second":
                del self._timed_stories[bisect_left(self._timed_stories, row.published)]


def _between(times: Sequence[datetime], edges: Sequence[datetime]) -> Iterator[int]:
    # Comparing moments of different zones takes ten times as long.
    places = [bisect_left(times, edge.astimezone(UTC)) for edge in edges]
    return (end - start for start, end in pairwise(places))


def read_past(
    engine: Engine,
    subject: Subject,
    *,
    days: Sequence[datetime],
    ticks: Sequence[datetime],
    began: datetime,
    coverage: Coverage,
) -> Past:
    """Read the past of what a rule watches.

    Args:
        days: edges of days, from the first that is counted to the end of the last.
        ticks: the moments that will be walked through, ascending.
        began: when Parley first collected anything.
        coverage: of the days.

    Raises:
        EngineError: the engine is unavailable.
    """
    began = _whole(began)
    recent = any_of(Between("published", days[0].astimezone(UTC), None), Not(Has("published")))
    entries = [entry(article, began) for article in engine.scan(all_of(subject.node, recent))]
    known = {each.row.id for each in entries}
    missing = sorted({each.row.group for each in entries} - known)
    for first in range(0, len(missing), 1_000):
        stories = engine.get(missing[first : first + 1_000]).values()
        entries += [entry(story, began, is_watched=False) for story in stories]
    usable = dict(zip(days[:-1], reliable(engine, subject.within, days, coverage), strict=True))
    return Past(entries, read_totals(engine, subject.within, days, ticks, began), usable)


def _whole(moment: datetime) -> datetime:
    """Return the first full second from a moment on: times of publication have no fractions, nor have the edges of counts."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)
