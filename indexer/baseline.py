"""What is usual: mean, weekday factors, dispersion and day-to-day correlation of the weeks before a day.

A baseline moves along daily counts, one day at a time, and knows only what was known then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

BASELINE = 84  # days
GUARD = 7  # days between the baseline and the day that is judged: what builds up slowly must not raise its own baseline
LEAD = BASELINE + GUARD  # days that are needed before the first one judged in full
LEAST = 28  # days of baseline below which nothing is judged
LONGEST = 28  # days of one run that are kept from the baseline; what lasts longer becomes the usual


@dataclass(frozen=True, slots=True)
class Days:
    """Daily counts.

    Attributes:
        dates: one after the other, none missing.
        usable: False for days whose count is not what was said, because too little was collected.
        volume: how many times the usual was collected of everything else, see `surges`; what is expected grows with it.
    """

    dates: Sequence[date]
    counts: Sequence[int]
    usable: Sequence[bool]
    volume: Sequence[float]


class _Sums:
    """Counts by weekday, kept as sums so that a day costs the same however many weeks there are."""

    def __init__(self) -> None:
        self._number = [0] * 7
        self._sum = [0] * 7
        self._squares = [0] * 7
        self.days = 0

    def change(self, weekday: int, count: int, sign: int) -> None:
        """Let a day in (sign 1) or out (-1)."""
        self._number[weekday] += sign
        self._sum[weekday] += sign * count
        self._squares[weekday] += sign * count * count
        self.days += sign

    def fit(self) -> tuple[list[float], float]:
        """Return the mean of each weekday, and the dispersion (variance by mean, at least 1)."""
        mean = max(sum(self._sum) / self.days, 0.5 / self.days)
        means, freedom = self._weekdays(mean)
        pearson = 0.0
        for number, total, squares, usual in zip(self._number, self._sum, self._squares, means, strict=False):
            pearson += (squares - 2 * usual * total) / usual + number * usual
        measured = pearson / max(1.0, self.days - freedom)
        # Without the part above the caps it is measured too low; where there is none, too high by chance.
        return means, max(1.0, 1.5 * measured - 0.6)

    def _weekdays(self, mean: float) -> tuple[list[float], float]:
        """Return the mean of each weekday, shrunk, and the degrees of freedom spent on them."""
        within = spread = 0.0
        known = 0
        ratios = [mean] * 7
        for day, (number, total, squares) in enumerate(zip(self._number, self._sum, self._squares, strict=False)):
            if number:
                known += 1
                ratio = ratios[day] = total / number
                within += squares - total * ratio
                spread += number * (ratio - mean) ** 2
        noise = max(within / max(1, self.days - known), mean)
        # Where weekdays are alike, their spread is expected to be the noise.
        if spread <= noise * (known - 1):
            return [mean] * 7, 1.0
        kept = 1 - noise * (known - 1) / spread
        least = 0.1 * mean
        return [max(mean + kept * (ratio - mean), least) for ratio in ratios], 1 + kept * (known - 1)


@dataclass(slots=True)
class Seen:
    """What is known of a day once it was judged.

    Attributes:
        residual: (count - expected) / sqrt(expected), of the count as it enters the baseline.
        entered: the count that the baseline holds, None when the day is kept from it.
        products: of the residual with those of the one and two days before, once they are counted.
        run: for how many days in a row something stands out.
        glaring: whether it does so beyond all doubt.
    """

    expected: float | None = None
    cap: float = math.inf
    run: int = 0
    glaring: bool = False
    entered: int | None = None
    residual: float | None = None
    products: tuple[float, float] | None = None


class Baseline:
    """The weeks before the day that is judged: who is in the baseline, and how one day follows another."""

    def __init__(self, days: Days) -> None:
        self._days = days
        self.weekdays = [day.weekday() for day in days.dates]
        self.seen = [Seen() for _ in days.dates]
        self._sums = _Sums()
        self._products, self._pairs = [0.0, 0.0], 0

    def move_to(self, number: int) -> None:
        """Let in the day that left the guard, and out the one that is too old."""
        if number >= GUARD:
            self._enter(number - GUARD)
        if number >= LEAD:
            self._leave(number - LEAD)

    @property
    def days(self) -> int:
        """How many days it holds."""
        return self._sums.days

    def fit(self) -> tuple[list[float], tuple[float, ...]]:
        """Return the mean of each weekday, and variance by mean of sums of one, two and three days."""
        means, dispersion = self._sums.fit()
        return means, self._dispersions(dispersion)

    def _dispersions(self, dispersion: float) -> tuple[float, ...]:
        if self._pairs < LEAST:
            return (dispersion,) * 3
        doubt = dispersion / (2 * math.sqrt(self._pairs))
        one, two = (max(0.0, each / self._pairs - doubt) for each in self._products)
        return dispersion, dispersion + one, dispersion + 4 / 3 * one + 2 / 3 * two

    def _enter(self, number: int) -> None:
        seen = self.seen[number]
        if not self._days.usable[number] or (seen.glaring and seen.run <= LONGEST):
            return
        count = self._days.counts[number]
        seen.entered = math.floor(seen.cap) if seen.run and count > seen.cap else count
        self._sums.change(self.weekdays[number], seen.entered, 1)
        if seen.expected is not None:
            seen.residual = (seen.entered - seen.expected) / math.sqrt(seen.expected)
        self._follow(number)

    def _follow(self, number: int) -> None:
        before = [self.seen[number - back].residual if number >= back else None for back in (0, 1, 2)]
        if before[0] is not None and before[1] is not None and before[2] is not None:
            products = before[0] * before[1], before[0] * before[2]
            self.seen[number].products = products
            self._add(products, 1)

    def _add(self, products: tuple[float, float], sign: int) -> None:
        self._pairs += sign
        for lag, product in enumerate(products):
            self._products[lag] += sign * product

    def _leave(self, number: int) -> None:
        seen = self.seen[number]
        if seen.entered is not None:
            self._sums.change(self.weekdays[number], seen.entered, -1)
        if seen.products is not None:
            self._add(seen.products, -1)
