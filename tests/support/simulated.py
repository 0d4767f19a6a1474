"""Random daily counts, with or without a weekly pattern, overdispersion and day-to-day waves."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from indexer.trends.baseline import LEAD, Days
from indexer.trends.spikes import Sensitivity, find_spikes

MONDAY = date(2024, 1, 1)
QUARTER = 91  # days
_WEEK = (1.15, 1.2, 1.15, 1.1, 1.05, 0.75, 0.6)  # of the mean, Monday first; newsrooms rest at the weekend


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of random counts.

    Attributes:
        mean: a day.
        dispersion: variance by mean; 1 is Poisson, more is negative binomial.
        weekdays: whether days of the week differ.
        wave: standard deviation of the logarithm of a mean that wanders, 0 for one that stays.
        memory: how much of the wave is left the next day.
    """

    mean: float
    dispersion: float = 1.0
    weekdays: bool = False
    wave: float = 0.0
    memory: float = 0.0

    def draw(self, number: int, random: Random) -> list[int]:
        """Return counts for this many days, starting on a Monday."""
        level, counts = 0.0, []
        for day in range(number):
            mean = self.mean * (_WEEK[day % 7] if self.weekdays else 1)
            if self.wave:
                level = self.memory * level + math.sqrt(1 - self.memory**2) * random.gauss(0, self.wave)
                mean *= math.exp(level - self.wave**2 / 2)
            counts.append(_negative_binomial(mean, self.dispersion, random))
        return counts


def as_days(counts: list[int]) -> Days:
    """Return the counts as usable days, starting on a Monday."""
    dates = [MONDAY + timedelta(days=number) for number in range(len(counts))]
    return Days(dates, counts, [True] * len(counts), [1.0] * len(counts))


def false_alarms(
    source: Source, sensitivity: Sensitivity, *, series: int, seed: int, quarters: int = 4
) -> tuple[float, float]:
    """Return how many spikes, and days of spikes, are falsely reported per quarter."""
    random, spikes, spiked = Random(seed), 0, 0
    first = MONDAY + timedelta(days=LEAD)
    for _ in range(series):
        detected = find_spikes(as_days(source.draw(LEAD + quarters * QUARTER, random)), sensitivity, first)
        spikes += len(detected)
        spiked += sum((spike.end - max(spike.start, first)).days + 1 for spike in detected)
    return spikes / (series * quarters), spiked / (series * quarters)


def power(source: Source, sensitivity: Sensitivity, *, times: float, within: int, series: int, seed: int) -> float:
    """Return the share of series in which a rise to this multiple of the mean is detected within this many days."""
    random, hits = Random(seed), 0
    raised = replace(source, mean=source.mean * times)
    for _ in range(series):
        start = LEAD + 14 + random.randrange(7)  # on any day of the week
        counts = source.draw(start, random) + raised.draw(start + within, random)[start:]
        first = MONDAY + timedelta(days=start)
        hits += any(spike.end >= first for spike in find_spikes(as_days(counts), sensitivity, first))
    return hits / series


def _negative_binomial(mean: float, dispersion: float, random: Random) -> int:
    return _poisson(random.gammavariate(mean / (dispersion - 1), dispersion - 1) if dispersion > 1 else mean, random)


def _poisson(mean: float, random: Random) -> int:
    if mean > 50:
        return _poisson(mean / 2, random) + _poisson(mean / 2, random)
    limit, count, product = math.exp(-mean), 0, random.random()
    while product > limit:
        product *= random.random()
        count += 1
    return count
