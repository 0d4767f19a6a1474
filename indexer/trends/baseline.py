"""What is usual: mean, weekday factors, dispersion and day-to-day correlation of the weeks before a day.

A baseline moves along daily counts, one day at a time, and knows only what was known then.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import mul, truediv

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
        self._explained = [0.0] * 7  # sum² / number: the part of the squares that a weekday's own mean explains
        self._fitted: tuple[float, float] | None = None
        self.days = 0

    def change(self, weekday: int, count: int, sign: int) -> None:
        """Let a day in (sign 1) or out (-1)."""
        self._number[weekday] += sign
        self._sum[weekday] += sign * count
        self._squares[weekday] += sign * count * count
        self._explained[weekday] = self._sum[weekday] ** 2 / (self._number[weekday] or 1)
        self._fitted = None
        self.days += sign

    def usual(self, weekday: int) -> float:
        """Return the mean of a weekday."""
        return self._shrunk(weekday, *(self._fitted or self._fit()))

    def dispersion(self) -> float:
        """Return variance by mean, at least 1."""
        mean, kept = self._fitted or self._fit()
        means = [self._shrunk(weekday, mean, kept) for weekday in range(7)] if kept else [mean] * 7
        freedom = 1 + kept * (6 - self._number.count(0))
        seen, explained = sum(map(truediv, self._squares, means)), sum(map(mul, self._number, means))
        pearson: float = seen + explained - 2 * sum(self._sum)
        measured = pearson / max(1.0, self.days - freedom)
        # Without the part above the caps it is measured too low; where there is none, too high by chance.
        return max(1.0, 1.5 * measured - 0.6)

    def _shrunk(self, weekday: int, mean: float, kept: float) -> float:
        if not kept or not self._number[weekday]:
            return mean
        return max(mean + kept * (self._sum[weekday] / self._number[weekday] - mean), 0.1 * mean)

    def _fit(self) -> tuple[float, float]:
        """Return the mean of all days, and the part of a weekday's difference from it that is kept."""
        total, explained = sum(self._sum), sum(self._explained)
        mean = max(total, 0.5) / self.days
        known = 7 - self._number.count(0)
        spread = explained - 2 * mean * total + mean * mean * self.days
        noise = max((sum(self._squares) - explained) / max(1, self.days - known), mean)
        # Where weekdays are alike, their spread is expected to be the noise.
        by_chance = noise * (known - 1)
        self._fitted = mean, 0.0 if spread <= by_chance else 1 - by_chance / spread
        return self._fitted


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
        self._pairs, self._one_apart, self._two_apart = 0, 0.0, 0.0

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

    def usual(self, weekday: int) -> float:
        """Return the mean of a weekday."""
        return self._sums.usual(weekday)

    def dispersions(self) -> tuple[float, float, float]:
        """Return variance by mean of sums of one, two and three days."""
        dispersion = self._sums.dispersion()
        if self._pairs < LEAST:
            return dispersion, dispersion, dispersion
        doubt = dispersion / (2 * math.sqrt(self._pairs))
        one = max(0.0, self._one_apart / self._pairs - doubt)
        two = max(0.0, self._two_apart / self._pairs - doubt)
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
        if number < 2:
            return
        two, one, now = self.seen[number - 2].residual, self.seen[number - 1].residual, self.seen[number].residual
        if now is not None and one is not None and two is not None:
            self.seen[number].products = now * one, now * two
            self._add(now * one, now * two, 1)

    def _add(self, one_apart: float, two_apart: float, sign: int) -> None:
        self._pairs += sign
        self._one_apart += sign * one_apart
        self._two_apart += sign * two_apart

    def _leave(self, number: int) -> None:
        seen = self.seen[number]
        if seen.entered is not None:
            self._sums.change(self.weekdays[number], seen.entered, -1)
        if seen.products is not None:
            self._add(*seen.products, -1)
