"""Streams of articles as a crawler meets them: what was known at a moment, and what the index makes of it in the end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from indexer.alerts.past import Entry, Past, entry
from indexer.alerts.totals import Growth, Totals, moments_of
from indexer.article import Article
from indexer.copies.order import published_by
from indexer.engine import Count


@dataclass(frozen=True, slots=True)
class Arrival:
    """An article, the text it carries, and whether it is about what a rule watches."""

    article: Article
    text: int
    is_watched: bool = True


def linked(arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Return the articles with the stories they are copies of: of those with one text, the first published is the story."""
    texts: dict[int, list[Arrival]] = {}
    for arrival in arrivals:
        texts.setdefault(arrival.text, []).append(arrival)
    result = []
    for several in texts.values():
        first = min(several, key=lambda one: (*published_by(one.article).order, one.article.id))
        for one in several:
            story = None if one is first else first.article.id
            result.append(replace(one, article=replace(one.article, copy_of=story)))
    return result


def past_of(arrivals: Iterable[Arrival], days: Sequence[datetime], ticks: Sequence[datetime], began: datetime) -> Past:
    """Return the past as an index that has these articles shows it."""
    stored = linked(arrivals)
    roots = {one.article.copy_of or one.article.id for one in stored if one.is_watched}
    entries = [
        entry(one.article, began, is_watched=one.is_watched)
        for one in stored
        if one.is_watched or one.article.id in roots
    ]
    every = sorted((entry(one.article, began) for one in stored), key=lambda each: each.order)
    counted = [_counts(every, days, tick) for tick in ticks]
    by_day = {
        day: Growth(range(len(ticks)), [counts[number] for counts in counted]) for number, day in enumerate(days[:-1])
    }
    times = sorted(each.row.collected for each in every)
    moments = moments_of(ticks)
    totals = Totals(ticks, by_day, moments, [bisect_left(times, moment) for moment in moments])
    first = min((each.row.published for each in every if each.row.published), default=began)
    return Past(entries, totals, {day: end > first for day, end in pairwise(days)})


def _counts(every: Sequence[Entry], days: Sequence[datetime], tick: datetime) -> list[Count]:
    """Count articles and stories a day as far as they were known at a tick."""
    articles, stories, seen = [0] * (len(days) - 1), [0] * (len(days) - 1), set()
    for each in every:
        if each.row.collected >= tick:
            continue
        is_story = each.row.group not in seen
        seen.add(each.row.group)
        published = each.row.published
        if published is not None and days[0] <= published < days[-1]:
            day = bisect_right(days, published) - 1
            articles[day] += 1
            stories[day] += is_story
    return [Count(*both) for both in zip(articles, stories, strict=True)]
