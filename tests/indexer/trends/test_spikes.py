"""Spikes are detected where counts rise, and rarely where they do not."""

from __future__ import annotations

import math
from datetime import date, timedelta
from random import Random
from typing import get_args

import pytest

from indexer.trends import spikes
from indexer.trends.baseline import LEAD, LEAST, Baseline, Days
from indexer.trends.spikes import Sensitivity, find_spikes, surges, tail
from tests.support.simulated import MONDAY, Source, as_days, false_alarms, power

TEN = Source(mean=10)


def at(number: int) -> date:
    """Return the date of a day by its number."""
    return MONDAY + timedelta(days=number)


def steady(length: int = 120) -> list[int]:
    """Return about ten a day."""
    return TEN.draw(length, Random(4))


@pytest.mark.parametrize(
    "source",
    [
        TEN,
        Source(mean=1),
        Source(mean=10, weekdays=True),
        Source(mean=10, dispersion=1.5),
        Source(mean=10, dispersion=3, weekdays=True),
        Source(mean=40, dispersion=5),
        Source(mean=10, wave=0.3, memory=0.6),
    ],
    ids=str,
)
def test_counts_without_spikes_raise_at_most_one_alarm_a_quarter(source: Source) -> None:
    assert false_alarms(source, "medium", series=40, seed=11)[0] <= 1


@pytest.mark.parametrize(("times", "within"), [(3, 1), (2, 3)])
def test_tripled_counts_are_detected_the_same_day_and_doubled_ones_within_three_days(times: float, within: int) -> None:
    assert power(TEN, "medium", times=times, within=within, series=1_000, seed=12) >= 0.95


def test_doubled_counts_are_detected_within_three_days_when_weekdays_differ() -> None:
    assert power(Source(mean=10, weekdays=True), "medium", times=2, within=3, series=1_000, seed=12) >= 0.95


def test_a_higher_sensitivity_detects_more_spikes() -> None:
    noisy = Source(mean=10, dispersion=2)
    alarms = [false_alarms(noisy, level, series=20, seed=13)[0] for level in get_args(Sensitivity)]
    result = [power(noisy, level, times=2, within=3, series=100, seed=14) for level in get_args(Sensitivity)]
    assert alarms == sorted(set(alarms))
    assert result == sorted(set(result))


def test_a_spike_has_its_start_its_detection_and_the_usual_count() -> None:
    counts = steady()
    counts[110:113] = [30, 45, 28]
    (spike,) = find_spikes(as_days(counts), "medium", at(105))
    assert (spike.start, spike.detected, spike.peak, spike.end) == (at(110), at(110), at(111), at(112))
    assert spike.stories == 103
    assert spike.expected == pytest.approx(30, rel=0.1)
    assert spike.chance < 1e-9


def test_days_that_stand_out_only_together_are_one_spike_from_the_first_day() -> None:
    counts = [10] * 120
    counts[110:113] = [17, 17, 17]
    (spike,) = find_spikes(as_days(counts), "medium", at(105))
    assert spike.start == at(110)
    assert spike.detected > spike.start


def test_spikes_before_the_range_are_left_out() -> None:
    counts = steady()
    counts[100] = 60
    assert find_spikes(as_days(counts), "medium", at(101)) == []


def test_a_spike_does_not_hide_the_next_one() -> None:
    counts = steady(130)
    counts[100:104] = [60, 60, 60, 60]
    counts[125] = 30
    assert [spike.start for spike in find_spikes(as_days(counts), "medium", at(95))] == [at(100), at(125)]


def test_a_lasting_rise_becomes_usual() -> None:
    counts = steady(100) + Source(mean=30).draw(300, Random(6))
    spikes = find_spikes(as_days(counts), "medium", at(95))
    assert spikes[0].start == at(100)
    assert all(spike.start < at(200) for spike in spikes if (spike.end - spike.start).days > 3)


def test_a_weekday_that_is_always_high_is_not_a_spike() -> None:
    counts = [40 if at(number).weekday() == 2 else 10 for number in range(140)]
    assert find_spikes(as_days(counts), "medium", at(LEAD)) == []


def test_no_spike_is_detected_in_the_first_four_weeks() -> None:
    counts = [0] * (LEAST - 1) + [50]
    assert find_spikes(as_days(counts), "high", at(0)) == []


def test_two_stories_are_never_a_spike() -> None:
    assert find_spikes(as_days([0] * 119 + [2]), "high", at(0)) == []
    assert len(find_spikes(as_days([0] * 119 + [4]), "medium", at(0))) == 1


def test_days_of_incomplete_collection_do_not_change_the_usual_count() -> None:
    counts = [10] * 60 + [0] * 45 + [25]
    days = as_days(counts)
    known = Days(days.dates, counts, [count > 0 for count in counts], days.volume)
    (spike,) = find_spikes(known, "medium", at(100))
    assert spike.expected == pytest.approx(10)
    assert find_spikes(days, "medium", at(100)) == []


def test_a_rise_together_with_all_articles_is_not_a_spike() -> None:
    counts = steady()
    counts[110] = 30
    rest = as_days([1_000] * 110 + [3_000] + [1_000] * 9)
    risen = Days(rest.dates, counts, rest.usable, surges(rest))
    assert find_spikes(risen, "medium", at(105)) == []
    assert find_spikes(as_days(counts), "medium", at(105)) != []


@pytest.mark.parametrize(
    ("count", "mean", "dispersion"), [(20, 10.0, 1.0), (20, 10.0, 2.0), (4, 0.2, 1.5), (900, 700.0, 6.0)]
)
def test_the_tail_is_that_of_the_distribution(count: int, mean: float, dispersion: float) -> None:
    def probability(number: int) -> float:
        if dispersion == 1:
            return math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
        size = mean / (dispersion - 1)
        ways = math.lgamma(number + size) - math.lgamma(size) - math.lgamma(number + 1)
        return math.exp(ways - size * math.log(dispersion) + number * math.log(1 - 1 / dispersion))

    below = sum(probability(number) for number in range(count))
    assert tail(count, mean, dispersion) == pytest.approx(1 - below, rel=1e-6, abs=1e-12)
    assert tail(0, mean, dispersion) == 1


@pytest.mark.parametrize("seed", range(5))
def test_days_judged_before_make_no_difference_to_those_that_follow(seed: int) -> None:
    random = Random(seed)
    counts = Source(mean=random.choice([1, 10]), dispersion=2).draw(150, random)
    counts = [count * random.choice([1, 1, 1, 1, 1, 1, 1, 5]) for count in counts]
    usable = [random.random() < 0.95 for _ in counts]
    volume = [random.choice([1.0, 1.0, 1.5]) for _ in counts]
    for length in (*range(1, 8), *range(90, 151)):
        counts[length - 1 : length] = [random.randrange(30)]  # the last day is still growing
        days = Days([at(number) for number in range(length)], counts[:length], usable[:length], volume[:length])
        for chance in (0.001, 0.015):
            afresh = list(spikes._judge(days, chance, Baseline(days), 0))
            assert [list(spikes.judge(days, chance)) for _ in range(2)] == [afresh, afresh]
