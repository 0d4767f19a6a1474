"""Made-up pairs of daily counts, one of which follows the other or does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.trends.leads import Counts

WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """How a pair of series is made.

    Attributes:
        mean: counts a day.
        memory: correlation of the hidden level of a day with that of the day before.
        swing: standard deviation of the logarithm of that level.
        weekly: whether both have the same strong week.
        rise: factor by which the level of both rises over the whole length.
        shared: part of the variance of the level that the two have in common; 0 for independent series.
        lag: days by which the second has it later.
        bursts: whether the level jumps at single days and fades, as news does, instead of wandering.
        hourly: whether the buckets are hours, of which the two series have different habits; `days` are then hours.
    """

    mean: float = 20
    memory: float = 0.0
    swing: float = 0.4
    weekly: bool = False
    rise: float = 1.0
    shared: float = 0.0
    lag: int = 0
    bursts: bool = False
    days: int = 180
    hourly: bool = False


def pair(made: Pairing, seed: int) -> dict[str, Counts]:
    """Return two series under the names `a` and `b`; `b` follows `a`."""
    random = np.random.default_rng(seed)
    common = _level(random, made, made.days + made.lag)
    own = (_level(random, made, made.days) for _ in range(2))
    hidden = (common[made.lag :], common[: made.days])
    a, b = (
        _counts(random, made, np.sqrt(made.shared) * theirs + np.sqrt(1 - made.shared) * mine, noon)
        for theirs, mine, noon in zip(hidden, own, (9, 16), strict=True)
    )
    return {"a": a, "b": b}


def _level(random: np.random.Generator, made: Pairing, days: int) -> NDArray[np.float64]:
    shocks = random.standard_normal(days + 50)
    if made.bursts:
        shocks = (random.random(days + 50) < 0.05) * random.exponential(4.0, days + 50)
    level = np.zeros(days + 50)
    for day in range(1, days + 50):
        level[day] = made.memory * level[day - 1] + np.sqrt(1 - made.memory**2) * shocks[day]
    return level[50:]


def _counts(random: np.random.Generator, made: Pairing, level: NDArray[np.float64], noon: int) -> Counts:
    if made.hourly:
        hours = np.arange(made.days)
        habit = 1 + 0.9 * np.cos(2 * np.pi * (hours - noon) / 24)
        counted = random.poisson(made.mean * habit * np.exp(made.swing * level - made.swing**2 / 2))
        return Counts(counted.tolist(), [100] * made.days, [(hours // 24 % WEEK).tolist(), (hours % 24).tolist()])
    days = np.arange(made.days)
    week = np.where(days % WEEK >= 5, 0.4, 1.2) if made.weekly else np.ones(made.days)
    rise = made.rise ** (days / made.days)
    counts = random.poisson(made.mean * week * rise * np.exp(made.swing * level - made.swing**2 / 2))
    totals = random.poisson(10 * made.mean * week)
    return Counts(counts.tolist(), totals.tolist(), [(days % WEEK).tolist()])
