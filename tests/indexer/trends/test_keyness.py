"""Keyness against independently computed figures."""

from __future__ import annotations

import math

import pytest

from indexer.trends.keyness import SURE, by_articles, by_time


def test_the_log_likelihood_is_that_of_a_two_by_two_table() -> None:
    # 30 of 100 against 20 of 200: 2 x sum of O ln(O/E) over the four cells by hand.
    cells = [(30, 50 / 3), (70, 250 / 3), (20, 100 / 3), (180, 500 / 3)]
    by_hand = 2 * sum(observed * math.log(observed / expected) for observed, expected in cells)
    keyness = by_articles(30, 100, 20, 200)
    assert keyness.g2 == pytest.approx(by_hand)
    assert keyness.log_ratio == pytest.approx(math.log2(3))
    assert keyness.expected == pytest.approx(10)


def test_equal_frequencies_have_no_keyness() -> None:
    keyness = by_articles(10, 100, 20, 200)
    assert keyness.g2 == pytest.approx(0, abs=1e-9)
    assert keyness.log_ratio == pytest.approx(0)


def test_a_lower_frequency_has_a_negative_keyness() -> None:
    assert by_articles(1, 100, 50, 100).g2 < -SURE


def test_a_count_of_zero_is_treated_as_half_an_article() -> None:
    assert by_articles(8, 10, 0, 10).log_ratio == pytest.approx(4)


def test_counts_over_periods_are_compared_by_rate() -> None:
    same, more = by_time(2, 1, 168, 84), by_time(20, 1, 168, 84)
    assert same.g2 == pytest.approx(0, abs=1e-9)
    assert more.g2 > SURE
    assert more.log_ratio == pytest.approx(math.log2(10))
    assert more.expected == pytest.approx(2)


@pytest.mark.parametrize(
    ("here", "among", "elsewhere", "others"), [(0, 0, 0, 0), (3, 3, 0, 0), (0, 0, 3, 3), (3, 3, 3, 3)]
)
def test_empty_and_full_sides_have_no_keyness(here: int, among: int, elsewhere: int, others: int) -> None:
    assert by_articles(here, among, elsewhere, others).g2 == pytest.approx(0, abs=1e-9)
