"""The baseline: mean, weekday factors, dispersion and day-to-day correlation of the weeks before a day.

A baseline moves along daily counts one day at a time and uses only the days before the current one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from operator import mul, truediv

BASELINE = 84  # days
GUARD = 7  # days between the baseline and the day under test, so that a slow rise does not lift its own baseline
LEAD = BASELINE + GUARD  # days of history needed to test the first day in full
LEAST = 28  # days of baseline needed to test a day at all
LONGEST = 28  # days a run stays out of the baseline; a longer run becomes the new normal


@dataclass(frozen=True, slots=True)
class Days:
    """Daily counts.

    Attributes:
        dates: consecutive, none missing.
        usable: False for days whose count is unreliable because too little was collected.
        volume: how many times its usual level everything else reached, see `surges`; expected counts scale with it.
    """

    dates: Sequence[date]
    counts: Sequence[int]
    usable: Sequence[bool]
    volume: Sequence[float]


class _Sums:
    """Counts by weekday, kept as running sums so that the cost per day does not depend on the length of the baseline."""

    def __init__(self) -> None:
        self._number = [0] * 7
        self._sum = [0] * 7
        self._squares = [0] * 7
        self._explained = [0.0] * 7  # sum² / number: the part of the squares that a weekday's own mean explains
        self._total, self._total_squares = 0, 0  # of all weekdays
        self._weekdays = 0  # that have a day
        self._fitted: tuple[float, float] | None = None
        self.days = 0

    def copied(self) -> _Sums:
        """Return the same sums, which change by themselves."""
        other = copy(self)
        other._number, other._sum = self._number.copy(), self._sum.copy()
        other._squares, other._explained = self._squares.copy(), self._explained.copy()
        return other

    def change(self, weekday: int, count: int, sign: int) -> None:
        """Add a day (sign 1) or remove it (-1)."""
        before = self._number[weekday]
        number = self._number[weekday] = before + sign
        total = self._sum[weekday] = self._sum[weekday] + sign * count
        square = sign * count * count
        self._squares[weekday] += square
        self._explained[weekday] = total * total / (number or 1)
        self._total += sign * count
        self._total_squares += square
        self._weekdays += (number > 0) - (before > 0)
        self._fitted = None
        self.days += sign

    def usual(self, weekday: int) -> float:
        """Return the mean of a weekday."""
        return self._shrunk(weekday, *(self._fitted or self._fit()))

    def dispersion(self) -> float:
        """Return variance / mean, at least 1."""
        mean, kept = self._fitted or self._fit()
        means = [self._shrunk(weekday, mean, kept) for weekday in range(7)] if kept else [mean] * 7
        freedom = 1 + kept * (self._weekdays - 1)
        observed, explained = sum(map(truediv, self._squares, means)), sum(map(mul, self._number, means))
        pearson: float = observed + explained - 2 * self._total
        estimate = pearson / max(1.0, self.days - freedom)
        # Capped counts make the estimate too low; where nothing is capped, it is slightly too high.
        return max(1.0, 1.5 * estimate - 0.6)

    def _shrunk(self, weekday: int, mean: float, kept: float) -> float:
        if not kept or not self._number[weekday]:
            return mean
        return max(mean + kept * (self._sum[weekday] / self._number[weekday] - mean), 0.1 * mean)

    def _fit(self) -> tuple[float, float]:
        """Return the mean of all days, and the fraction of a weekday's deviation from it to keep."""
        total, explained, weekdays = self._total, sum(self._explained), self._weekdays
        mean = (total if total > 0.5 else 0.5) / self.days
        spread = explained - 2 * mean * total + mean * mean * self.days
        free = self.days - weekdays
        noise = max((self._total_squares - explained) / (free if free > 1 else 1), mean)
        # If all weekdays are alike, their spread is noise alone.
        by_chance = noise * (weekdays - 1)
        self._fitted = mean, 0.0 if spread <= by_chance else 1 - by_chance / spread
        return self._fitted


class Baseline:
    """The weeks before the day under test: which days they hold, and how neighbouring days are correlated.

    What it remembers of each day after testing it, by the number of the day:

    Attributes:
        expected: the usual count for the day; None when the baseline was too short.
        caps: the largest count that enters the baseline while the day is part of a spike.
        runs: number of the day within a run of days that stand out, from 1; 0 outside a run.
        glaring: whether the day belongs to a window too unlikely to enter the baseline at all.
        usual: returns the mean of a weekday.
    """

    def __init__(self, days: Days) -> None:
        number = len(days.dates)
        self._days = days
        self.weekdays = list(map(date.weekday, days.dates))
        self.expected: list[float | None] = [None] * number
        self.caps = [math.inf] * number
        self.runs = [0] * number
        self.glaring = [False] * number
        self._entered: list[int | None] = [None] * number  # the count that entered; None when the day was left out
        self._residuals: list[float | None] = [None] * number  # (entered - expected) / sqrt(expected)
        # Of a residual with those of one and two days before; None when one of the three is missing.
        self._products: list[tuple[float, float] | None] = [None] * number
        self._sums = _Sums()
        self.usual = self._sums.usual
        self._pairs, self._one_apart, self._two_apart = 0, 0.0, 0.0

    def continued(self, days: Days) -> Baseline:
        """Return a baseline that goes on from here along days that begin with those of this one."""
        other = Baseline(days)
        for name in ("expected", "caps", "runs", "glaring", "_entered", "_residuals", "_products"):
            getattr(other, name)[: len(self.weekdays)] = getattr(self, name)
        other._sums = self._sums.copied()
        other.usual = other._sums.usual
        other._pairs, other._one_apart, other._two_apart = self._pairs, self._one_apart, self._two_apart
        return other

    def move_to(self, number: int) -> None:
        """Add the day that has just left the guard period and remove the one that has become too old."""
        if number >= GUARD:
            self._enter(number - GUARD)
        if number >= LEAD:
            self._leave(number - LEAD)

    @property
    def days(self) -> int:
        """The number of days in the baseline."""
        return self._sums.days

    def dispersions(self) -> tuple[float, float, float]:
        """Return variance / mean for sums over one, two and three days."""
        dispersion = self._sums.dispersion()
        if self._pairs < LEAST:
            return dispersion, dispersion, dispersion
        doubt = dispersion / (2 * math.sqrt(self._pairs))
        one = max(0.0, self._one_apart / self._pairs - doubt)
        two = max(0.0, self._two_apart / self._pairs - doubt)
        return dispersion, dispersion + one, dispersion + 4 / 3 * one + 2 / 3 * two

    def _enter(self, number: int) -> None:
        run = self.runs[number]
        if not self._days.usable[number] or (run <= LONGEST and self.glaring[number]):
            return
        count = self._days.counts[number]
        if run and count > self.caps[number]:
            count = math.floor(self.caps[number])
        self._entered[number] = count
        self._sums.change(self.weekdays[number], count, 1)
        expected = self.expected[number]
        if expected is not None:
            self._correlate(number, (count - expected) / math.sqrt(expected))

    def _correlate(self, number: int, residual: float) -> None:
        residuals = self._residuals
        residuals[number] = residual
        one, two = (residuals[number - 1], residuals[number - 2]) if number > 1 else (None, None)
        if one is not None and two is not None:
            one_apart, two_apart = self._products[number] = residual * one, residual * two
            self._pairs += 1
            self._one_apart += one_apart
            self._two_apart += two_apart

    def _leave(self, number: int) -> None:
        entered = self._entered[number]
        if entered is not None:
            self._sums.change(self.weekdays[number], entered, -1)
        products = self._products[number]
        if products is not None:
            self._pairs -= 1
            self._one_apart -= products[0]
            self._two_apart -= products[1]
