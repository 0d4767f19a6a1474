"""Comparing several questions: each one's share of voice, and how often two of them match the same article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from indexer.engine import Engine
from indexer.query.tree import STORIES, Between, Everything, Node, all_of, any_of
from indexer.trends.counting import count_whole, plain_theme
from indexer.trends.keyness import Keyness, by_articles

ENOUGH = 5  # articles matching both, counted or expected, that a meaningful lift needs


@dataclass(frozen=True, slots=True)
class Voice:
    """One question over a time span.

    Attributes:
        articles: number of matching articles.
        stories: those of them that are originals rather than copies.
        share: fraction of all articles in the scope; None where there are none.
        voice: share of voice: the fraction of the sum over all questions; an article that matches two counts in both.
        change: its articles among all of the scope, against those in the span of the same length just before.
    """

    name: str
    articles: int
    stories: int
    share: float | None
    voice: float | None
    change: Keyness

    @property
    def before(self) -> float | None:
        """Share in the span just before; None where nothing was collected then."""
        return _share(self.change.elsewhere, self.change.others)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions together.

    Attributes:
        articles: number of articles that match both.
        lift: their number over the number expected by chance if the two were independent; None where both numbers are
            below 5.
        overlap: their fraction of the articles that match either (Jaccard index); None where no article matches.
        together: the articles of the first among those of the second, against the others of the scope.
    """

    first: str
    second: str
    articles: int
    lift: float | None
    overlap: float | None
    together: Keyness


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several questions over the same time span.

    Attributes:
        total: number of articles of the scope in the span.
        total_before: number of articles of the scope in the span of the same length just before.
        any: those that match at least one question.
        pairs: every pair of questions once, in the order given.
    """

    start: datetime
    end: datetime
    total: int
    total_before: int
    any: int
    voices: tuple[Voice, ...]
    pairs: tuple[Pair, ...]


def compare(
    engine: Engine, questions: Mapping[str, Node], *, start: datetime, end: datetime, scope: Node | None = None
) -> Comparison:
    """Count the articles of every question and of every pair of questions in a time span.

    Raises:
        EngineError: the engine is unavailable.
    """
    scope = scope or Everything()
    within = all_of(scope, Between("published", start, end))
    earlier = all_of(scope, Between("published", _before(start, end - start), start))
    total, total_before = engine.count(within), engine.count(earlier)
    articles, articles_before, stories = (
        count_whole(engine, questions, span) for span in (within, earlier, all_of(within, STORIES))
    )
    all_voices = sum(articles.values())
    voices = [
        Voice(
            name=name,
            articles=articles[name],
            stories=stories[name],
            share=_share(articles[name], total),
            voice=_share(articles[name], all_voices),
            change=by_articles(articles[name], total, articles_before[name], total_before),
        )
        for name in questions
    ]
    both = _together(engine, questions, within)
    pairs = [_pair(one, other, number, articles, total) for (one, other), number in both.items()]
    together = engine.count(all_of(any_of(*questions.values()), within))
    return Comparison(start, end, total, total_before, together, tuple(voices), tuple(pairs))


def _before(start: datetime, span: timedelta) -> datetime | None:
    """Return the time one span before the start; None where that is before the year 1."""
    return start - span if start - datetime.min.replace(tzinfo=UTC) > span else None


def _together(engine: Engine, questions: Mapping[str, Node], within: Node) -> dict[tuple[str, str], int]:
    """Return how many articles match both questions of each pair; all pairs with themes share one request."""
    themes = {name: theme for name, node in questions.items() if (theme := plain_theme(node))}
    with_themes = [
        one for place, one in enumerate(questions, 1) if not themes.keys().isdisjoint(list(questions)[place:])
    ]
    found = engine.tallies(within, [questions[one] for one in with_themes], "themes")
    tallies = dict(zip(with_themes, found, strict=True))
    return {
        (one, other): tallies[one].get(themes[other], 0)
        if other in themes
        else engine.count(all_of(questions[one], questions[other], within))
        for one, other in combinations(questions, 2)
    }


def _pair(one: str, other: str, both: int, articles: Mapping[str, int], total: int) -> Pair:
    first, second = articles[one], articles[other]
    expected = first * second / total if total else 0.0
    lift = both / expected if expected and max(both, expected) >= ENOUGH else None
    together = by_articles(both, second, first - both, total - second)
    return Pair(one, other, both, lift, _share(both, first + second - both), together)


def _share(number: int, of: float) -> float | None:
    return number / of if of else None
