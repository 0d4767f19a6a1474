"""Cutting a tree to a vocabulary changes its cost and not its meaning."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from random import Random
from typing import get_args

from indexer.article import TextField
from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Not, Or, Phrase, Prefix, leaves
from indexer.query.vocabulary import within, wordings
from indexer.stored_form import text_fields
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node

Tokens = Mapping[TextField, frozenset[str]]

TOKENS: Tokens = {
    "words": frozenset({"peace", "plan"}),
    "title_words": frozenset({"plan"}),
    "author_words": frozenset(),
}


def present(tokens: Tokens, field: TextField, forms: frozenset[str]) -> frozenset[str]:
    return forms & tokens[field]


KNOWN = partial(present, TOKENS)


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def test_forms_are_cut_to_those_that_occur_in_their_field() -> None:
    assert within(forms("peace", "peaces"), KNOWN) == forms("peace")
    assert within(Forms("title_words", frozenset({"peace", "plan"})), KNOWN) == Forms(
        "title_words", frozenset({"plan"})
    )


def test_what_cannot_match_is_nothing() -> None:
    assert within(forms("war"), KNOWN) == NOTHING
    assert within(Phrase("words", (forms("peace"), forms("war"))), KNOWN) == NOTHING
    assert within(Near("words", (forms("war"), Prefix("words", "p")), 2), KNOWN) == NOTHING
    assert within(And((forms("peace"), forms("war"))), KNOWN) == NOTHING
    assert within(Or((forms("peace"), forms("war"))), KNOWN) == Or((forms("peace"),))
    assert within(Not(forms("war")), KNOWN) == Everything()


def test_a_cut_tree_matches_the_same_articles() -> None:
    random = Random(5)
    for _ in range(40):
        batch = [random_article(random, serial) for serial in range(1, 5)]
        fields: tuple[TextField, ...] = get_args(TextField)
        texts = [text_fields(result) for result in batch]
        tokens = {field: frozenset(token for text in texts for token in text[field].split()) for field in fields}
        for _ in range(20):
            node = random_node(random, levels=4)
            cut = within(node, partial(present, tokens))
            assert [matches(cut, result) for result in batch] == [matches(node, result) for result in batch]
            assert all(leaf.forms <= tokens[leaf.field] for leaf in leaves(cut) if isinstance(leaf, Forms))


def test_the_wordings_of_a_near_match_together_what_it_matches() -> None:
    random = Random(6)
    near = Near("words", (forms("peace", "plan"), forms("peace", "мир"), forms("talks")), 2)
    assert len(wordings(near)) == 4
    batch = [random_article(random, serial, ("peace", "plan", "мир", "talks", "war")) for serial in range(1, 400)]
    result = [article for article in batch if matches(near, article)]
    assert 10 < len(result) < 390
    assert result == [article for article in batch if matches(Or(tuple(wordings(near))), article)]


def test_a_near_of_too_many_wordings_or_a_prefix_is_left_as_it_is() -> None:
    many = forms(*(f"w{number}" for number in range(33)))
    for places in ((many, forms("peace")), (Prefix("words", "p"), forms("peace"))):
        near = Near("words", places, 2)
        assert wordings(near) == [near]


def test_what_a_near_is_narrowed_to_takes_its_place() -> None:
    near = Near("words", (forms("peace"), forms("plan")), 2)
    assert within(Or((near, forms("peace"))), KNOWN, lambda near: NOTHING) == Or((forms("peace"),))
    assert within(And((near, forms("peace"))), KNOWN, lambda near: NOTHING) == NOTHING
    assert within(Not(near), KNOWN, lambda near: forms("plan")) == Not(forms("plan"))
