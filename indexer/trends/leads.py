"""Who leads whom: whether one series of counts follows another, at which lag, and how surely.

1. *Deseasonalised.* A count is compared with what its total, the day of the week and the hour of the day lead one to expect,
   on the scale of Anscombe (Biometrika 35, 1948) on which Poisson counts have equal variance. A linear trend is removed.
2. *Whitened.* Each series is replaced by the errors of its own autoregression (Yule–Walker, order by AIC). Two series that only
   resemble their own past then no longer resemble each other: Haugh, "Checking the independence of two covariance-stationary
   time series", JASA 71 (1976).
3. *Tested.* The statistic is the largest positive correlation over all lags. Its distribution by chance is that of the same
   maximum after one series was shuffled in circular blocks, which keep whatever autocorrelation is left; so the number of
   lags is paid for (Westfall and Young, "Resampling-Based Multiple Testing", 1993; blocks after Politis and Romano, 1992).
   Over all pairs, the Benjamini–Hochberg procedure (1995) keeps the false ones below the level.
4. *Bounded.* The interval of the lag is that of the largest correlation in resampled blocks of time. A lead is one whose
   whole interval lies on one side of zero; what happens in the same bucket has no leader.

Figures: `python -m bench.leads`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from indexer.trends.discoveries import discoveries

LEVEL = 0.05  # of leads that are false, at most
SHORTEST = 56  # buckets of a series; fewer show no lead
SHUFFLES = 1_999  # at least, and as many more as the smallest threshold over many pairs needs
RESAMPLES = 999
_INTERVAL = (5, 95)  # percentiles: each end is passed less than once in twenty
_ORDERS = 10  # of the autoregression, at most; a tenth of the series where that is less
_SEED = 1  # the same counts have the same answer
_PRIOR = 5.0  # counts as usual that a factor of a season is shrunk with

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of one series, and the totals that they are a part of, bucket by bucket.

    Attributes:
        seasons: for each season its place in every bucket, such as the day of the week; see `whiten`.
    """

    counts: Sequence[int]
    totals: Sequence[int]
    seasons: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two series and how one follows the other.

    Attributes:
        first, second: names; where there is a lead, the first is the leader.
        lag: buckets by which the second follows the first.
        low, high: the 90 % interval of the lag.
        correlation: of the whitened series at that lag.
        chance: the probability of so large a correlation at any lag between independent series, not corrected for pairs.
        is_related: whether that is unlikely enough, given the number of pairs.
    """

    first: str
    second: str
    lag: int
    low: int
    high: int
    correlation: float
    chance: float
    is_related: bool

    @property
    def is_lead(self) -> bool:
        """Whether the first surely leads the second."""
        return self.is_related and self.low > 0


def find_leads(series: Mapping[str, Counts], *, most_lag: int, block: int) -> list[Pair]:
    """Return every pair of series, the surest first.

    Args:
        series: name → counts, all of the same buckets.
        most_lag: largest lag that is looked at, in buckets.
        block: length of the blocks, in buckets: a week of days, a day of hours.
    """
    white = {name: whitened for name, counts in series.items() if (whitened := whiten(counts)) is not None}
    names = list(combinations(white, 2))
    if not names:
        return []
    length = len(next(iter(white.values())))
    random = np.random.default_rng(_SEED)
    shuffles = max(SHUFFLES, round(4 * len(names) / LEVEL) - 1)
    orders = _shuffled(random, length, block, shuffles)
    weights = _resampled(random, length, block, RESAMPLES)
    pairs = [_compare(first, second, white, most_lag, orders, weights) for first, second in names]
    return _judged(pairs)


def whiten(series: Counts) -> Array | None:
    """Return a series without its seasons, trend and memory, of variance 1; None where it has too little to compare."""
    counts, totals = np.asarray(series.counts, float), np.asarray(series.totals, float)
    if len(counts) < SHORTEST or not counts.any():
        return None
    usual = totals * (counts.sum() / totals.sum())
    for season in series.seasons:
        place = np.asarray(season)
        seen, expected = np.bincount(place, counts), np.bincount(place, usual)
        usual = usual * ((seen + _PRIOR) / (expected + _PRIOR))[place]
    surprise = 2 * (np.sqrt(counts + 3 / 8) - np.sqrt(usual + 3 / 8))
    time = np.arange(len(counts))
    surprise -= np.polyval(np.polyfit(time, surprise, 1), time)
    errors = _errors(surprise)
    deviation = errors.std()
    return (errors - errors.mean()) / deviation if deviation > 1e-9 else None


def _errors(values: Array) -> Array:
    """Return the errors of the autoregression; all series lose as many buckets at their start, whatever their order."""
    most = min(_ORDERS, len(values) // 10)
    covariance = [float(values[: len(values) - lag] @ values[lag:]) / len(values) for lag in range(most + 1)]
    best, weights, variance = (0.0, np.zeros(0)), np.zeros(0), covariance[0]
    if variance < 1e-12:
        return values[most:]
    for order in range(1, most + 1):  # Levinson and Durbin
        step = (covariance[order] - float(weights @ np.asarray(covariance[order - 1 : 0 : -1]))) / variance
        weights = np.append(weights - step * weights[::-1], step)
        variance *= 1 - step * step
        score = len(values) * float(np.log(variance / covariance[0])) + 2 * order
        best = min(best, (score, weights), key=lambda one: one[0])
    predicted = np.zeros(len(values) - most)
    for back, weight in enumerate(best[1], 1):
        predicted += weight * values[most - back : len(values) - back]
    return values[most:] - predicted


def _blocks(random: np.random.Generator, length: int, block: int, rows: int, *, repeated: bool) -> NDArray[np.int64]:
    """Return rows of places in a circle, in blocks of neighbours: each block once, in any order, or drawn with repetition."""
    number = -(-length // block)
    if repeated:
        starts = random.integers(0, length, (rows, number))
    else:
        turn = random.integers(0, length, (rows, 1))
        starts = turn + block * random.permuted(np.tile(np.arange(number), (rows, 1)), axis=1)
    places = starts[:, :, None] + np.arange(block)
    if repeated:
        return places.reshape(rows, -1)[:, :length] % length
    # The last block is shorter where the length is no multiple: what lies beyond the circle is left out.
    inside = places - starts.min(axis=1)[:, None, None] < length
    circle: NDArray[np.int64] = places[inside].reshape(rows, length) % length
    return circle


def _shuffled(random: np.random.Generator, length: int, block: int, rows: int) -> NDArray[np.int64]:
    return _blocks(random, length, block, rows, repeated=False)


def _resampled(random: np.random.Generator, length: int, block: int, rows: int) -> Array:
    """Return how often each moment counts in each resample."""
    places = _blocks(random, length, block, rows, repeated=True)
    places += length * np.arange(rows)[:, None]
    return np.bincount(places.ravel(), minlength=rows * length).reshape(rows, length).astype(float)


def _compare(
    first: str, second: str, white: Mapping[str, Array], most_lag: int, orders: NDArray[np.int64], weights: Array
) -> Pair:
    lags = np.arange(-most_lag, most_lag + 1)
    earlier, later = white[first], white[second]
    length = len(earlier)
    # A column for each lag: the first series moved by it, so that a product with the second is their correlation there.
    moved = np.stack([_moved(earlier, int(lag)) for lag in lags], axis=1)
    scale = np.sqrt(length - np.abs(lags))
    statistics = later @ moved / scale
    best = int(np.argmax(statistics))
    by_chance = (later[orders] @ moved / scale).max(axis=1)
    chance = (1 + int((by_chance >= statistics[best]).sum())) / (1 + len(by_chance))
    resampled = lags[np.argmax(weights @ (later[:, None] * moved) / scale, axis=1)]
    low, high = (round(float(limit)) for limit in np.percentile(resampled, _INTERVAL, method="nearest"))
    lag, correlation = int(lags[best]), float(statistics[best] / scale[best])
    if lag < 0:
        return Pair(second, first, -lag, -high, -low, correlation, chance, False)
    return Pair(first, second, lag, low, high, correlation, chance, False)


def _moved(values: Array, lag: int) -> Array:
    moved = np.zeros_like(values)
    if lag >= 0:
        moved[lag:] = values[: len(values) - lag]
    else:
        moved[:lag] = values[-lag:]
    return moved


def _judged(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs, the surest first, those marked that chance does not explain (Benjamini and Hochberg)."""
    ordered = sorted(pairs, key=lambda pair: (pair.chance, -pair.correlation, pair.first, pair.second))
    most = discoveries([pair.chance for pair in ordered], LEVEL, among=len(ordered))
    return [
        Pair(p.first, p.second, p.lag, p.low, p.high, p.correlation, p.chance, rank <= most)
        for rank, p in enumerate(ordered, 1)
    ]
