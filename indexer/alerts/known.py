"""What is known at a moment of what a rule watches, and what an engine knows of it now.

An article belongs to a group: a story and its copies. A group is news once, when the first of its articles that the rule watches
becomes known. Counts are of stories, as in trends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from crawler.page import Precision
from indexer.article import Article
from indexer.engine import Count, Engine
from indexer.query.tree import TIMED, Between, Everything, Has, Node, Not, Value, all_of, any_of
from indexer.trends.counting import count
from indexer.trends.gaps import Coverage, usable_days
from indexer.trends.series import Cover

LATE = timedelta(days=2)  # an article published so long before it was collected is no news
MOST = 3  # headlines of a spike or a bucket
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a rule watches.

    Attributes:
        node: the articles.
        within: what shares are shares of; `node` is inside it.
    """

    node: Node
    within: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """An article as rules see it and messages show it.

    Attributes:
        group: id of its story.
    """

    id: str
    serial: int
    group: str
    title: str | None
    url: str
    source: str
    language: str | None
    published: datetime | None
    precision: Precision | None
    collected: datetime

    @property
    def met(self) -> tuple[datetime, int]:
        """By which articles are sorted as they become known."""
        return self.collected, self.serial

    @property
    def is_late(self) -> bool:
        """Whether it was published too long before it was collected to be news."""
        return self.published is not None and self.collected - self.published > LATE


class Arrived(NamedTuple):
    """How many articles were collected: of those that a rule watches, and of everything."""

    watched: int
    everything: int


class Known(Protocol):
    """What is known at one moment. Edges are moments in ascending order, as for `Engine.histogram`."""

    @property
    def at(self) -> datetime:
        """The moment, in whole seconds; what was collected before it is known."""
        ...

    def counts(self, edges: Sequence[datetime], *, timed: bool = False) -> Sequence[Count]:
        """Count the watched articles, and the stories among them, by their time of publication.

        Args:
            timed: leave out articles of which only the day is known.
        """
        ...

    def totals(self, days: Sequence[datetime]) -> Sequence[Count]:
        """Count everything that shares are shares of, between the edges of days."""
        ...

    def usable(self, days: Sequence[datetime]) -> Sequence[bool]:
        """Return for each day whether enough was collected for its counts to be relied on."""
        ...

    def new(self, since: datetime) -> Sequence[Headline]:
        """Return the stories that became known from `since` on, each by the first of its articles, in that order."""
        ...

    def arrived(self, since: datetime) -> Arrived:
        """Return how many articles were collected since."""
        ...

    def leading(self, start: datetime, end: datetime) -> Sequence[Headline]:
        """Return the stories published in a range that most articles carried, of different sources where possible."""
        ...

    def unwell(self) -> Mapping[str, str]:
        """Return feed → sentence for the feeds that need a look."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNow:
    """What an engine knows at a moment before which everything collected is in it, see `Known`.

    Attributes:
        began: when the first article was collected. What was published before is no news.
        cover: returns the coverage of days.
        health: feed → sentence for the feeds that need a look.
    """

    engine: Engine
    subject: Subject
    at: datetime
    began: datetime
    cover: Cover
    health: Mapping[str, str]

    def counts(self, edges: Sequence[datetime], *, timed: bool = False) -> Sequence[Count]:
        """Count the watched articles."""
        return count(self.engine, all_of(self.subject.node, self._before(), TIMED if timed else Everything()), edges)

    def totals(self, days: Sequence[datetime]) -> Sequence[Count]:
        """Count everything."""
        return count(self.engine, all_of(self.subject.within, self._before()), days)

    def usable(self, days: Sequence[datetime]) -> Sequence[bool]:
        """Return for each day whether its counts can be relied on."""
        return reliable(self.engine, self.subject.within, days, self.cover(days))

    def new(self, since: datetime) -> Sequence[Headline]:
        """Return the stories that became known."""
        news = any_of(Not(Has("published")), Between("published", self.began, None))
        fresh = all_of(self.subject.node, Between("collected", since, self.at), news)
        groups = {group: rows[0] for group, rows in grouped(self._headlines(fresh)).items()}
        earlier = self._known_before(list(groups), since)
        return sorted((row for group, row in groups.items() if group not in earlier), key=lambda row: row.met)

    def arrived(self, since: datetime) -> Arrived:
        """Return how many articles were collected."""
        between = Between("collected", since, self.at)
        watched, everything = all_of(self.subject.node, between), all_of(self.subject.within, between)
        return Arrived(self.engine.count(watched), self.engine.count(everything))

    def leading(self, start: datetime, end: datetime) -> Sequence[Headline]:
        """Return the stories that most articles carried."""
        inside = all_of(self.subject.node, Between("published", start, end), self._before())
        return lead(self._headlines(inside))

    def unwell(self) -> Mapping[str, str]:
        """Return the feeds that need a look."""
        return self.health

    def _before(self) -> Node:
        return Between("collected", None, self.at)

    def _known_before(self, groups: Sequence[str], moment: datetime) -> set[str]:
        """Return those of the groups of which a watched article was collected before."""
        known: set[str] = set()
        for first in range(0, len(groups), _AT_ONCE):
            some = frozenset(groups[first : first + _AT_ONCE])
            members = any_of(Value("copy_of", some), Value("id", some))
            node = all_of(self.subject.node, members, Between("collected", None, moment))
            known |= {row.group for row in self._headlines(node)}
        return known

    def _headlines(self, node: Node) -> Iterator[Headline]:
        return map(headline, self.engine.scan(node))


def headline(article: Article) -> Headline:
    """Return an article as rules see it."""
    return Headline(
        id=article.id,
        serial=article.serial,
        group=article.copy_of or article.id,
        title=article.title,
        url=article.url,
        source=article.source,
        language=article.language,
        published=article.published,
        precision=article.published_precision,
        collected=article.collected.replace(microsecond=0),
    )


def reliable(engine: Engine, within: Node, days: Sequence[datetime], coverage: Coverage) -> Sequence[bool]:
    """Return for each day whether enough was collected for its counts to be relied on."""
    totals = [each.articles for each in count(engine, within, days)]
    sizes = engine.tally(all_of(within, Between("published", days[0], days[-1])), "source")
    return usable_days(totals, sizes, coverage.gaps())


def grouped(rows: Iterable[Headline]) -> dict[str, list[Headline]]:
    """Return story → its articles, each in the order in which they became known."""
    groups: dict[str, list[Headline]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return {group: sorted(members, key=lambda row: row.met) for group, members in groups.items()}


def lead(rows: Iterable[Headline]) -> list[Headline]:
    """Return the first articles of the stories with the most articles, of different sources where possible."""
    largest = sorted(grouped(rows).values(), key=lambda group: (-len(group), *group[0].met))
    seen: set[str] = set()
    first: list[Headline] = []
    others: list[Headline] = []
    for group in largest:
        row = group[0]
        (others if row.source in seen else first).append(row)
        seen.add(row.source)
    return [*first, *others][:MOST]
