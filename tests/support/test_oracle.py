"""Tests of the oracle itself, on cases with an obvious answer."""

from __future__ import annotations

from random import Random

from indexer.query.tree import And, Forms, Has, Near, Not, Phrase, Prefix, Wildcard
from tests.support.builders import article
from tests.support.oracle import edits, matches
from tests.support.trees import random_article, random_node


def word(*forms: str) -> Forms:
    return Forms("words", frozenset(forms))


def test_a_phrase_does_not_cross_from_title_to_text() -> None:
    plan = article(title="peace", text="plan for peace now")
    assert not matches(Phrase("words", (word("peace"), word("plan"))), plan)
    assert matches(Phrase("words", (word("peace"), word("now", "then"))), plan)


def test_nearness_is_in_any_order_and_needs_a_position_for_each_place() -> None:
    text = article(title=None, text="war one two peace")
    assert matches(Near("words", (word("peace"), word("war")), 2), text)
    assert not matches(Near("words", (word("peace"), word("war")), 1), text)
    assert not matches(Near("words", (word("peace"), word("peace")), 5), text)


def test_patterns_cover_a_whole_word() -> None:
    text = article(text="the f-16 pilot's negotiations")
    assert matches(And((Prefix("words", "negotia"), Wildcard("words", "neg*i?ns"), Not(Has("copy_of")))), text)
    assert not matches(Wildcard("words", "egotiations"), text)


def test_a_swap_of_neighbours_is_one_edit() -> None:
    assert [edits("peace", other) for other in ("peace", "paece", "peac", "place", "plac")] == [0, 1, 1, 1, 2]


def test_random_trees_divide_random_articles() -> None:
    random = Random(1)
    articles = [random_article(random, serial) for serial in range(1, 101)]
    shares = [sum(matches(random_node(random), a) for a in articles) for _ in range(200)]
    assert sum(0 < share < 100 for share in shares) > 100
