"""The labelled pairs of bench/copy_pairs are related as their labels say."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.copy_pairs import RELATIONS, load, relation

PAIRS = load()


def test_there_are_enough_pairs_of_each_language_and_half_of_them_are_held_out() -> None:
    assert len(PAIRS) >= 150
    assert min(Counter(pair.language for pair in PAIRS).values()) >= 35
    assert sum(pair.is_held_out for pair in PAIRS) == len(PAIRS) // 2


@pytest.mark.parametrize("is_held_out", [False, True])
@pytest.mark.parametrize("wanted", RELATIONS)
def test_precision_and_recall_are_high(wanted: str, is_held_out: bool) -> None:
    answers = [(relation(pair), pair.relation) for pair in PAIRS if pair.is_held_out == is_held_out]
    right = answers.count((wanted, wanted))
    assert right >= 0.95 * sum(answer == wanted for answer, _ in answers)
    assert right >= 0.95 * sum(label == wanted for _, label in answers)


@pytest.mark.parametrize("kind", sorted({pair.kind for pair in PAIRS}))
def test_every_kind_of_pair_is_recognised(kind: str) -> None:
    of_kind = [pair for pair in PAIRS if pair.kind == kind]
    assert sum(relation(pair) == pair.relation for pair in of_kind) >= 0.85 * len(of_kind)
