"""Several questions beside one another: how much of the talk each has, and how often two come together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations

from indexer.engine import Engine
from indexer.query.tree import STORIES, Between, Everything, Node, all_of, any_of
from indexer.trends.counting import count_whole, plain_theme

ENOUGH = 5  # articles with both, counted or expected, below which a lift says nothing


@dataclass(frozen=True, slots=True)
class Voice:
    """One question over a span of time.

    Attributes:
        articles: matching articles.
        stories: those among them that are nobody's copy.
        share: of everything in the scope; None where there is nothing.
        voice: share of voice, of the sum of all questions' articles; one that matches two questions counts in both.
        before: the share in the span of the same length right before; None where nothing was collected then.
    """

    name: str
    articles: int
    stories: int
    share: float | None
    voice: float | None
    before: float | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions together.

    Attributes:
        articles: that match both.
        lift: how many times as many as if the two had nothing to do with one another; None where fewer than 5 articles match
            both and fewer than 5 would be expected to.
        overlap: of the articles that match either (Jaccard's index); None where none does.
    """

    first: str
    second: str
    articles: int
    lift: float | None
    overlap: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Questions beside one another.

    Attributes:
        total: all articles of the scope in the span.
        any: those that match at least one question.
        pairs: each two questions once, in the order asked.
    """

    start: datetime
    end: datetime
    total: int
    any: int
    voices: tuple[Voice, ...]
    pairs: tuple[Pair, ...]


def compare(
    engine: Engine, questions: Mapping[str, Node], *, start: datetime, end: datetime, scope: Node | None = None
) -> Comparison:
    """Count every question, and every two together, in a span of time.

    Raises:
        EngineError: as the engine found it.
    """
    scope = scope or Everything()
    within = all_of(scope, Between("published", start, end))
    earlier = all_of(scope, Between("published", _before(start, end - start), start))
    total, total_before = engine.count(within), engine.count(earlier)
    articles = count_whole(engine, questions, within)
    spoken = sum(articles.values())
    voices = [
        Voice(
            name=name,
            articles=articles[name],
            stories=engine.count(all_of(node, within, STORIES)),
            share=_share(articles[name], total),
            voice=_share(articles[name], spoken),
            before=_share(engine.count(all_of(node, earlier)), total_before),
        )
        for name, node in questions.items()
    ]
    both = _together(engine, questions, within)
    pairs = [_pair(one, other, number, articles, total) for (one, other), number in both.items()]
    together = engine.count(all_of(any_of(*questions.values()), within))
    return Comparison(start, end, total, together, tuple(voices), tuple(pairs))


def _before(start: datetime, span: timedelta) -> datetime | None:
    """Return the moment so long before the start; None where the calendar does not reach so far back."""
    return start - span if start - datetime.min.replace(tzinfo=UTC) > span else None


def _together(engine: Engine, questions: Mapping[str, Node], within: Node) -> dict[tuple[str, str], int]:
    """Return how many articles match both of each two questions; themes are tallied together."""
    both: dict[tuple[str, str], int] = {}
    tallies: dict[str, Mapping[str, int]] = {}
    for one, other in combinations(questions, 2):
        theme = plain_theme(questions[other])
        if theme is None:
            both[one, other] = engine.count(all_of(questions[one], questions[other], within))
            continue
        if one not in tallies:
            tallies[one] = engine.tally(all_of(questions[one], within), "themes")
        both[one, other] = tallies[one].get(theme, 0)
    return both


def _pair(one: str, other: str, both: int, articles: Mapping[str, int], total: int) -> Pair:
    first, second = articles[one], articles[other]
    expected = first * second / total if total else 0.0
    lift = both / expected if expected and max(both, expected) >= ENOUGH else None
    return Pair(one, other, both, lift, _share(both, first + second - both))


def _share(number: int, of: int) -> float | None:
    return number / of if of else None
