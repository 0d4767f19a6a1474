"""A query text matches the right articles on every engine."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import Article
from indexer.engine import Engine
from indexer.query.parse import parse_query
from indexer.query.simplify import simplify
from tests.support.engines import serials
from tests.support.oracle import matches
from tests.support.queries import query_context
from tests.support.typed import UTC_DAYS, random_query


# One seed per query, so that a failing one can be repeated.
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=10**9))
def test_a_random_query_matches_the_same_articles_as_brute_force(
    crowded: Engine, crowd: list[Article], seed: int
) -> None:
    text, intended = random_query(Random(seed), levels=4)
    query = parse_query(text, context=query_context(zone=UTC_DAYS))
    expected = [item.serial for item in crowd if matches(intended, item)]
    assert serials(crowded, query.node) == expected, text
    assert crowded.count(simplify(query.typed)) == len(expected), text


def test_random_queries_match_some_articles_and_not_others(crowd: list[Article]) -> None:
    nodes = [random_query(Random(seed), levels=4)[1] for seed in range(100)]
    assert sum(0 < sum(matches(node, item) for item in crowd) < len(crowd) for node in nodes) > 50
