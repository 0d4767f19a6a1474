"""Compiled queries stay within a server's limits; what they find is held by the contract suite."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from indexer.engine import open_engine
from indexer.engines.elasticsearch.compile import SPELLED_FORMS, compile_filter, compile_scoring
from indexer.query.tree import And, Between, Forms, Near, Node, Not, Or, Phrase, Value
from tests.support.builders import article
from tests.support.engines import fill, serials


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def beyond_spelling(node: Node) -> Node:
    """Return a tree that matches the same and holds more words than are spelled out."""
    never = Phrase("words", (forms(*(f"never{number}" for number in range(1_000))), forms("ever")))
    return Or((node, *[never] * (SPELLED_FORMS // 1_000)))


@pytest.mark.parametrize("signs", ["u.s", "3.14", "don't", "a_b", "100", "👩‍👩‍👧", "ἀ", "名"])
def test_many_words_match_as_exactly_as_few(elasticsearch_url: str, signs: str) -> None:
    engine = open_engine(f"{elasticsearch_url}/compile-{uuid4().hex}", writable=True)
    fill(engine, article(serial=1, text=f"the {signs} plan"), article(serial=2, text="the uxs 3x14 dont plan"))
    for node in (
        Phrase("words", (forms(signs, "other"), forms("plan", "plans"))),
        Near("words", (forms("plan"), forms("the", "a"), forms(signs, "other")), 0),
    ):
        assert serials(engine, node) == serials(engine, beyond_spelling(node)) == [1]
    engine.close()


def test_a_query_of_many_words_has_few_clauses() -> None:
    wide = beyond_spelling(forms("peace"))
    for query in (compile_filter(wide), compile_scoring(wide)):
        assert json.dumps(query).count('"match"') == 0
        assert json.dumps(query).count('"regexp"') == 2 * SPELLED_FORMS // 1_000


def test_conditions_on_values_weigh_nothing() -> None:
    scored = compile_scoring(And((forms("peace"), Value("source", frozenset({"alpha"})), Not(forms("war")))))["bool"]
    assert scored["must"] == [
        {"term": {"words": {"value": "peace"}}},
        {"bool": {"filter": [{"terms": {"source": ["alpha"]}}]}},
    ]
    assert len(scored["filter"]) == 1


def test_moments_are_sent_as_whole_seconds_in_utc() -> None:
    start = datetime(2026, 3, 1, 9, 30, 15, 999_999, tzinfo=UTC)
    assert compile_filter(Between("published", start, None)) == {
        "range": {"published": {"gte": "2026-03-01T09:30:15+00:00"}}
    }


def test_a_place_without_forms_can_never_be_filled() -> None:
    for empty in (Phrase("words", (forms(), forms("plan"))), Near("words", (forms("plan"), forms()), 3)):
        assert compile_filter(empty) == {"match_none": {}}
