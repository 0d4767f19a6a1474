"""The contract of counting articles between edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from indexer.article import Article, MomentField
from indexer.engine import Count, Engine, Split
from indexer.query.tree import Everything, Forms, Node, Value
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches, values_of
from tests.support.trees import START

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def counted(articles: list[Article], edges: list[datetime], field: MomentField) -> list[Count]:
    """Return the counts by brute force."""
    counts = []
    for start, end in pairwise(edges):
        within = [item for item in articles if (moment := getattr(item, field)) and start <= moment < end]
        counts.append(Count(len(within), sum(item.copy_of is None for item in within)))
    return counts


def midnights(first: datetime, number: int) -> list[datetime]:
    """Return so many beginnings of days, by the clock of a place."""
    return [first + timedelta(days=day) for day in range(number)]


def test_an_article_exactly_on_an_edge_counts_in_the_later_bucket(engine: Engine) -> None:
    moments = [NOON - timedelta(seconds=1), NOON, NOON + HOUR - timedelta(seconds=1), NOON + HOUR, NOON + 2 * HOUR]
    fill(engine, *(article(serial=serial, published=moment) for serial, moment in enumerate(moments, 1)))
    series = engine.histogram(Everything(), [NOON, NOON + HOUR, NOON + 2 * HOUR])
    assert series == {"": [Count(2, 2), Count(1, 1)]}


def test_copies_count_as_articles_and_not_as_stories(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, published=NOON),
        article(serial=2, published=NOON, copy_of="a" * 32),
        article(serial=3, published=NOON, copy_of="b" * 32),
        article(serial=4, published=NOON + HOUR, copy_of="a" * 32),
    )
    edges = [NOON + hours * HOUR for hours in range(4)]
    assert engine.histogram(Everything(), edges) == {"": [Count(3, 1), Count(1, 0), Count(0, 0)]}


def test_undated_articles_are_counted_by_collection_time(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, published=None, collected=NOON),
        article(serial=2, published=NOON, collected=NOON + HOUR),
    )
    edges = [NOON, NOON + HOUR, NOON + 2 * HOUR]
    assert engine.histogram(Everything(), edges) == {"": [Count(1, 1), Count(0, 0)]}
    assert engine.histogram(Everything(), edges, field="collected") == {"": [Count(1, 1), Count(1, 1)]}


def test_edges_may_be_unevenly_spaced(engine: Engine) -> None:
    moments = [datetime(1912, 4, 15, tzinfo=UTC), NOON, NOON + timedelta(seconds=1), datetime(2200, 1, 1, tzinfo=UTC)]
    fill(engine, *(article(serial=serial, published=moment) for serial, moment in enumerate(moments, 1)))
    edges = [datetime(1900, 1, 1, tzinfo=UTC), NOON, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]
    edges += [datetime(2199, 1, 1, tzinfo=UTC), datetime(2240, 1, 1, tzinfo=UTC)]
    assert [count.articles for count in engine.histogram(Everything(), edges)[""]] == [1, 1, 1, 0, 1]


@pytest.mark.parametrize(
    "step", [timedelta(seconds=1), timedelta(seconds=3_601), timedelta(days=7), timedelta(days=9_000)]
)
def test_evenly_spaced_edges_may_start_at_any_second_before_or_after_1970(engine: Engine, step: timedelta) -> None:
    edges = [datetime(1969, 12, 31, 23, 59, 57, tzinfo=UTC) + number * step for number in range(-2, 4)]
    moments = [edge + timedelta(seconds=second) for edge in edges for second in (-1, 0, 1)]
    articles = [article(serial=serial, published=moment) for serial, moment in enumerate(moments, 1)]
    fill(engine, *articles)
    assert engine.histogram(Everything(), edges) == {"": counted(articles, edges, "published")}


def test_a_split_gives_one_series_per_value_that_occurs_between_the_edges(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, published=NOON, source="alpha", themes=frozenset({"truce", "arms"})),
        article(serial=2, published=NOON + HOUR, source="beta", themes=frozenset({"arms"}), copy_of="a" * 32),
        article(serial=3, published=NOON + 9 * HOUR, source="gamma", language=None),
    )
    edges = [NOON, NOON + HOUR, NOON + 2 * HOUR]
    one, none, copy = Count(1, 1), Count(0, 0), Count(1, 0)
    assert engine.histogram(Everything(), edges, split="source") == {"alpha": [one, none], "beta": [none, copy]}
    assert engine.histogram(Everything(), edges, split="themes") == {"truce": [one, none], "arms": [one, copy]}
    assert engine.histogram(Everything(), edges, split="language") == {"en": [one, copy]}


@pytest.mark.parametrize("field", get_args(MomentField))
@pytest.mark.parametrize("split", [None, *get_args(Split)])
@pytest.mark.parametrize("node", [Everything(), Forms("words", frozenset({"peace", "мир"}))])
def test_counts_match_brute_force(
    crowded: Engine, crowd: list[Article], field: MomentField, split: Split | None, node: Node
) -> None:
    edges = [START + timedelta(hours=7 * step) for step in range(30)]
    matching = [item for item in crowd if matches(node, item)]
    values = [""] if split is None else sorted({value for item in matching for value in values_of(item, split)})
    expected = {}
    for value in values:
        within = [item for item in matching if split is None or value in values_of(item, split)]
        counts = counted(within, edges, field)
        if split is None or any(count.articles for count in counts):
            expected[value] = counts
    assert crowded.histogram(node, edges, field=field, split=split) == expected


@pytest.mark.parametrize(
    "node", [Everything(), Forms("words", frozenset({"peace", "мир"})), Forms("words", frozenset())]
)
@pytest.mark.parametrize("number", [2, 30, 2_000])
def test_sources_are_counted_as_by_brute_force(crowded: Engine, crowd: list[Article], node: Node, number: int) -> None:
    step = timedelta(days=10) / number
    edges = [START + step * place for place in range(number)]
    matching = [each for each in crowd if matches(node, each)]
    expected = [
        len({each.source for each in matching if each.published and start <= each.published < end})
        for start, end in pairwise(edges)
    ]
    assert crowded.count_sources(node, edges) == expected


@pytest.mark.parametrize("node", [Everything(), Forms("words", frozenset({"peace", "мир"}))])
@pytest.mark.parametrize("number", [2, 240])
def test_arrivals_match_brute_force(crowded: Engine, crowd: list[Article], node: Node, number: int) -> None:
    published = [edge.astimezone(UTC) for edge in midnights(datetime(2026, 2, 25, tzinfo=ZoneInfo("Asia/Kolkata")), 20)]
    step = timedelta(days=12) // number
    collected = [START + place * step for place in range(number)] + [START + timedelta(days=12, seconds=7)]
    matching = [item for item in crowd if matches(node, item)]
    expected: list[dict[int, Count]] = []
    for start, end in pairwise(published):
        row = [item for item in matching if item.published and start <= item.published < end]
        counts = enumerate(counted(row, collected, "collected"))
        expected.append({place: count for place, count in counts if count.articles})
    assert crowded.arrivals(node, published, collected) == expected


def test_arrivals_between_uneven_edges_are_counted(engine: Engine) -> None:
    fill(
        engine,
        article(serial=1, published=NOON, collected=NOON),
        article(serial=2, published=NOON, collected=NOON + 2 * HOUR, copy_of="a" * 32),
        article(serial=3, published=NOON + HOUR, collected=NOON + 50 * HOUR),
        article(serial=4, published=NOON + 9 * HOUR, collected=NOON + 2 * HOUR),
        article(serial=5, published=None, collected=NOON),
    )
    published = [NOON - HOUR, NOON, NOON + HOUR, NOON + 3 * HOUR]
    collected = [NOON, NOON + 2 * HOUR, NOON + 3 * HOUR, NOON + 51 * HOUR]
    rows = [{}, {0: Count(1, 1), 1: Count(1, 0)}, {2: Count(1, 1)}]
    assert engine.arrivals(Everything(), published, collected) == rows
    assert engine.arrivals(Everything(), published, collected[:2]) == [{}, {0: Count(1, 1)}, {}]


def test_two_thousand_edges_are_counted_at_once(crowded: Engine, crowd: list[Article]) -> None:
    edges = [START + timedelta(minutes=10 * step) for step in range(2_000)]
    assert crowded.histogram(Everything(), edges) == {"": counted(crowd, edges, "published")}
    split = crowded.histogram(Everything(), edges, split="source")
    assert split == {
        source: counted([item for item in crowd if item.source == source], edges, "published")
        for source in ("alpha", "beta", "gamma")
    }


@pytest.mark.parametrize("split", [None, "themes"])
def test_randomly_spaced_edges_are_counted(crowded: Engine, crowd: list[Article], split: Split | None) -> None:
    random = Random(7)
    edges = sorted({START + timedelta(seconds=random.randrange(10 * 86_400)) for _ in range(300)})
    for some in (edges, edges[:6], edges[100:102]):
        series = crowded.histogram(Everything(), some, split=split)
        assert series
        for value, counts in series.items():
            within = [item for item in crowd if split is None or value in item.themes]
            assert counts == counted(within, some, "published")


def test_days_with_a_clock_change_are_counted(engine: Engine) -> None:
    zone = ZoneInfo("Europe/Berlin")
    edges = [day.astimezone(UTC) for day in midnights(datetime(2026, 3, 1, tzinfo=zone), 300)]
    hours = [edges[0] + hour * HOUR for hour in range(24 * 299)]
    engine.add([article(serial=number, published=hour, text="") for number, hour in enumerate(hours, 1)])
    engine.refresh()
    lengths = [(end - start) // HOUR for start, end in pairwise(edges)]
    assert {23, 24, 25} == set(lengths)
    assert [count.articles for count in engine.histogram(Everything(), edges)[""]] == lengths


def test_two_thousand_edges_and_a_hundred_sources_are_counted_exactly(engine: Engine) -> None:
    number = 100
    engine.add(
        [
            article(serial=serial + 1, source=f"s{serial % number}", published=NOON + serial * HOUR, text="")
            for serial in range(1_999)
        ]
    )
    engine.refresh()
    edges = [NOON + hours * HOUR for hours in range(2_000)]
    series = engine.histogram(Everything(), edges, split="source")
    assert series.keys() == {f"s{source}" for source in range(number)}
    for source in range(number):
        counts = [count.articles for count in series[f"s{source}"]]
        assert counts == [int(hour % number == source) for hour in range(1_999)]


def test_only_matching_articles_are_counted(engine: Engine) -> None:
    fill(engine, *(article(serial=serial, published=NOON, source=f"s{serial % 2}") for serial in range(1, 8)))
    edges = [NOON, NOON + HOUR]
    assert engine.histogram(Value("source", frozenset({"s1"})), edges) == {"": [Count(4, 4)]}
