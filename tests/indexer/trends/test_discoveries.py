"""How many of several findings can be told."""

from __future__ import annotations

import pytest

from indexer.trends.discoveries import discoveries

# The example of Benjamini and Hochberg (1995, section 3.2): 15 comparisons at the level 0.05.
FIRST = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344)
EXAMPLE = (*FIRST, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)


@pytest.mark.parametrize(
    ("chances", "among", "number"),
    [
        (EXAMPLE, 15, 4),
        ((), 10, 0),
        ((), 0, 0),
        ((0.05,), 1, 1),
        ((0.04, 0.05), 2, 2),  # the second lifts the first, which alone would not pass
        ((0.04,), 2, 0),
    ],
)
def test_as_many_are_told_as_keep_the_false_ones_rare(chances: tuple[float, ...], among: int, number: int) -> None:
    assert discoveries(chances, 0.05, among=among) == number
