"""How two texts are related follows from what they do not share."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from indexer.copies.compare import Kind, Relation, compare
from indexer.copies.signature import Signature, signature
from tests.support.copied import VARIANTS


def signed(text: str) -> Signature:
    result = signature(text)
    assert result is not None
    return result


def related(one: str, two: str, *, same_source: bool = False) -> Relation:
    return compare(signed(VARIANTS.get(one, one)), signed(VARIANTS.get(two, two)), same_source=same_source)


@pytest.mark.parametrize(
    ("one", "two", "kind"),
    [
        ("wire", "edited", Kind.COPY),
        ("wire", "cut", Kind.COPY),
        ("wire", "extended", Kind.COPY),
        ("wire", "host", Kind.CARRIED),
        ("edited", "host", Kind.CARRIED),
        ("post", "same post", Kind.COPY),
        ("numbers", "other numbers", Kind.SIBLING),
        ("readout", "other readout", Kind.SIBLING),
        ("readout", "wire", Kind.NONE),
        ("post", "numbers", Kind.NONE),
    ],
)
def test_kinds_of_relations(one: str, two: str, kind: Kind) -> None:
    assert related(one, two, same_source=True).kind == related(two, one, same_source=True).kind == kind


def test_a_template_tells_texts_of_one_source_apart_sooner_than_those_of_two() -> None:
    frame = (
        "The committee met in the great hall with all its members, both secretaries, the clerk and three assessors {}. "
    )
    frame *= 3
    one = frame.format("", "", "and spoke about herring, nets and the price of ice")
    two = frame.format("", "", "and heard a teacher on chalk, benches and stoves")
    assert related(one, two, same_source=True).kind == Kind.SIBLING
    assert related(one, two, same_source=False).kind == Kind.COPY


def test_a_template_of_one_source_that_is_filled_in_with_a_single_word_makes_another_report() -> None:
    one = VARIANTS["readout"].partition("On the agenda")[0] + "Migration was discussed."
    two = one.replace("Migration", "Energy")
    assert related(one, two, same_source=True).kind == Kind.SIBLING
    assert related(one, one.replace("Ruth Callow", "Ruth Calow"), same_source=True).kind == Kind.COPY


def test_one_changed_name_makes_another_report_of_a_short_text_only() -> None:
    alert = (
        "An air raid alert was announced in the region of {} a minute ago, go to the nearest shelter and stay there."
    )
    assert related(alert.format("Sumy"), alert.format("Kharkiv")).kind == Kind.SIBLING
    long = f"{VARIANTS['wire']} {VARIANTS['wire'].replace('Tuesday', 'Monday')}"
    assert related(long, long.replace("Geneva", "Vienna", 1)).kind == Kind.COPY


def test_a_corrected_number_is_announced_and_makes_a_copy() -> None:
    numbers = VARIANTS["numbers"]
    assert related(numbers, f"{numbers.replace('19', '34')} Corrected number of drones.").kind == Kind.COPY


def test_one_changed_number_in_a_long_text_is_an_edit_even_of_the_same_source() -> None:
    one = f"{VARIANTS['wire']} It was day 1."
    assert related(one, one.replace("day 1", "day 2"), same_source=True).kind == Kind.COPY


def test_every_relation_is_symmetric_and_repeatable() -> None:
    for one, two in itertools.product(VARIANTS.values(), repeat=2):
        for same_source in (False, True):
            assert compare(signed(one), signed(two), same_source=same_source) == compare(
                signed(two), signed(one), same_source=same_source
            )


def test_a_relation_does_not_depend_on_what_was_compared_before() -> None:
    alert = (
        "An air raid alert was announced in the region of {} a minute ago, go to the nearest shelter and stay there."
    )
    other, one_town, plain = signed(alert.format("Kharkiv")), signed(alert.format("Sumy")), signed(alert.format("sumy"))
    assert one_town.digest == plain.digest
    assert [compare(one, other, same_source=False).kind for one in (one_town, plain)] == [Kind.SIBLING, Kind.COPY]


def test_the_longest_texts_are_compared_within_a_second() -> None:
    words = [f"word{number}" for number in range(300)]
    one, two = (" ".join(random.Random(seed).choices(words, k=30_000)) for seed in (1, 2))
    start = time.process_time()
    related(one, two)
    related("word1 " * 30_000, "word1 " * 29_000 + one)
    assert time.process_time() - start < 2
