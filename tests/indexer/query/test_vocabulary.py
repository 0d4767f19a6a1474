"""Cutting a tree to a vocabulary changes its cost and not its meaning."""

from __future__ import annotations

from random import Random
from typing import get_args

from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Not, Or, Phrase, Prefix, TextField, leaves
from indexer.query.vocabulary import within
from indexer.stored import text_fields
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node

TOKENS = {"words": {"peace", "plan"}, "title_words": {"plan"}, "author_words": set[str]()}


def held(field: TextField, forms: frozenset[str]) -> frozenset[str]:
    return forms & TOKENS[field]


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def test_forms_are_cut_to_those_that_occur_in_their_field() -> None:
    assert within(forms("peace", "peaces"), held) == forms("peace")
    assert within(Forms("title_words", frozenset({"peace", "plan"})), held) == Forms("title_words", frozenset({"plan"}))


def test_what_cannot_match_is_nothing() -> None:
    assert within(forms("war"), held) == NOTHING
    assert within(Phrase("words", (forms("peace"), forms("war"))), held) == NOTHING
    assert within(Near("words", (forms("war"), Prefix("words", "p")), 2), held) == NOTHING
    assert within(And((forms("peace"), forms("war"))), held) == NOTHING
    assert within(Or((forms("peace"), forms("war"))), held) == Or((forms("peace"),))
    assert within(Not(forms("war")), held) == Everything()


def test_a_cut_tree_matches_the_same_articles() -> None:
    random = Random(5)
    for _ in range(40):
        batch = [random_article(random, serial) for serial in range(1, 5)]
        fields: tuple[TextField, ...] = get_args(TextField)
        texts = [text_fields(found) for found in batch]
        tokens = {field: frozenset(token for text in texts for token in text[field].split()) for field in fields}
        for _ in range(20):
            node = random_node(random, levels=4)
            cut = within(node, lambda field, forms, tokens=tokens: forms & tokens[field])  # type: ignore[misc]
            assert [matches(cut, found) for found in batch] == [matches(node, found) for found in batch]
            assert all(leaf.forms <= tokens[leaf.field] for leaf in leaves(cut) if isinstance(leaf, Forms))
