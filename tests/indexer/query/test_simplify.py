"""A simplified tree matches the same articles and is smaller."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from indexer.query.simplify import MOST_FORMS, simplify
from indexer.query.tree import NOTHING, STORIES, And, Everything, Forms, Not, Or, Phrase, Value, depth, leaves
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node


def word(*forms: str) -> Forms:
    return Forms("words", frozenset(forms))


@given(st.randoms(use_true_random=False))
def test_a_simplified_tree_matches_the_same(random: Random) -> None:
    node = random_node(random, levels=5)
    simple = simplify(node)
    for serial in range(1, 6):
        one = random_article(random, serial)
        assert matches(simple, one) == matches(node, one)
    assert depth(simple) <= depth(node)
    assert sum(1 for _ in leaves(simple)) <= sum(1 for _ in leaves(node))
    assert simplify(simple) == simple


def test_words_of_one_field_become_one_set() -> None:
    assert simplify(Or((word("a"), Or((word("b"), word("c")))))) == word("a", "b", "c")
    assert simplify(Or((word("a"), STORIES, word("b")))) == Or((word("a", "b"), STORIES))
    values = Or((Value("source", frozenset({"a"})), Value("source", frozenset({"b"}))))
    assert simplify(values) == Value("source", frozenset({"a", "b"}))


def test_a_set_of_words_stays_below_what_an_engine_takes() -> None:
    half = [word(*(f"{letter}{number}" for number in range(MOST_FORMS // 2 + 1))) for letter in "ab"]
    assert simplify(Or(tuple(half))) == Or(tuple(half))


def test_what_is_always_or_never_true_disappears() -> None:
    assert simplify(And((word("a"), Not(word("a"))))) == NOTHING
    assert simplify(Or((word("a"), Not(word("a"))))) == Everything()
    assert simplify(And((word("a"), Or(())))) == NOTHING
    assert simplify(Or((word("a"), And((Not(Everything()),))))) == word("a")
    assert simplify(Not(Not(word("a")))) == word("a")
    assert simplify(Phrase("words", (word("a"), word()))) == NOTHING
