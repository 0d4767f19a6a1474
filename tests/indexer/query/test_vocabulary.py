"""Cutting a tree to a vocabulary changes its cost and not its meaning."""

from __future__ import annotations

from random import Random
from typing import get_args

from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Not, Or, Phrase, Prefix, TextField, leaves
from indexer.query.vocabulary import within
from indexer.stored import text_fields
from tests.support.oracle import matches
from tests.support.trees import random_article, random_node

HELD = {"words": frozenset({"peace", "plan"}), "title_words": frozenset({"plan"}), "author_words": frozenset[str]()}


def forms(*words: str) -> Forms:
    return Forms("words", frozenset(words))


def test_forms_are_cut_to_those_that_occur_in_their_field() -> None:
    assert within(forms("peace", "peaces"), HELD) == forms("peace")
    assert within(Forms("title_words", frozenset({"peace", "plan"})), HELD) == Forms("title_words", frozenset({"plan"}))


def test_what_cannot_match_is_nothing() -> None:
    assert within(forms("war"), HELD) == NOTHING
    assert within(Phrase("words", (forms("peace"), forms("war"))), HELD) == NOTHING
    assert within(Near("words", (forms("war"), Prefix("words", "p")), 2), HELD) == NOTHING
    assert within(And((forms("peace"), forms("war"))), HELD) == NOTHING
    assert within(Or((forms("peace"), forms("war"))), HELD) == Or((forms("peace"),))
    assert within(Not(forms("war")), HELD) == Everything()


def test_a_cut_tree_matches_the_same_articles() -> None:
    random = Random(5)
    for _ in range(40):
        batch = [random_article(random, serial) for serial in range(1, 5)]
        fields: tuple[TextField, ...] = get_args(TextField)
        texts = [text_fields(found) for found in batch]
        vocabulary = {field: frozenset(token for text in texts for token in text[field].split()) for field in fields}
        for _ in range(20):
            node = random_node(random, levels=4)
            cut = within(node, vocabulary)
            assert [matches(cut, found) for found in batch] == [matches(node, found) for found in batch]
            assert all(leaf.forms <= vocabulary[leaf.field] for leaf in leaves(cut) if isinstance(leaf, Forms))
