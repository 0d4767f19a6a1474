"""What changed from one text to another."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.services.differences import differences

WORDS = st.lists(st.sampled_from(["truce", "talks", "холм", "мир", "\n", " ", "  "]), max_size=30).map(" ".join)


def shown(before: str, after: str) -> list[str]:
    """Return the paragraphs with what was added in braces and what was removed in brackets."""
    marks = {"same": "{}", "added": "{{{}}}", "removed": "[{}]"}
    return [
        "".join(marks[piece.change].format(piece.text) for piece in paragraph)
        for paragraph in differences(before, after)
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("61 still have a roof.", "64 now have a roof.", ["[61 still ]{64 now }have a roof."]),
        ("One.\nTwo.", "One.\nTwo.\nThree.", ["One.", "Two.", "{Three.}"]),
        ("One.\nTwo.\nThree.", "One.\nThree.", ["One.", "[Two.]", "Three."]),
        ("The truce holds.", "The truce holds.", ["The truce holds."]),
        ("", "All new.", ["{All new.}"]),
        ("All gone.", "", ["[All gone.]"]),
        ("", "", []),
        ("переговоры идут", "переговоры не идут", ["переговоры {не }идут"]),
        ("a b c d", "a b\nc d", ["a [b ]{b}", "c d"]),
    ],
)
def test_pieces_are_the_same_added_or_removed(before: str, after: str, expected: list[str]) -> None:
    assert shown(before, after) == expected


@given(WORDS, WORDS)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = [piece for paragraph in differences(before, after) for piece in paragraph]
    for change, text in (("removed", before), ("added", after)):
        kept = " ".join(piece.text for piece in pieces if piece.change in ("same", change))
        assert kept.split() == text.split()


@pytest.mark.parametrize("words", [["a"], ["a", "b"], [str(number) for number in range(100)]])
def test_long_texts_that_have_little_in_common_are_compared_in_bounded_time(words: list[str]) -> None:
    choose = random.Random(1)
    before, after = (" ".join(choose.choices(words, k=100_000)) for _ in range(2))
    started = time.process_time()
    differences(before, after)
    assert time.process_time() - started < 20  # without the limit, hours
