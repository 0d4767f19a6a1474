"""Spikes: days on which more is said than the weeks before explain, found in daily counts.

Each day is compared with the weeks before it, alone and together with the one or two days before. The baseline is a mean
with a factor per weekday, shrunk towards 1 as far as the differences could be chance (empirical Bayes); its dispersion and
its correlation from day to day are measured, so that counts noisier than Poisson raise no alarm. A window of days stands
out when the negative binomial of that mean and variance (Poisson where the counts are no noisier) reaches its count with
a probability below the sensitivity's. Days of earlier spikes do not enter the baseline. After Noufaily et al., "An
improved algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32 (2013), with
weekdays and several windows. Figures: `python -m bench.spikes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from indexer.trends.baseline import LEAST, Baseline, Days, Seen

Sensitivity = Literal["low", "medium", "high"]

FEWEST = 3  # stories below which nothing is called a spike
GLARING = 1e-6  # a window of less chance than this is kept from the baseline; others enter with at most
CAP = 3.0  # standard deviations above what was expected
WINDOWS = (1, 2, 3)
# Chance of a window to stand out in counts without spikes.
CHANCES: dict[Sensitivity, float] = {"low": 0.001, "medium": 0.005, "high": 0.015}


@dataclass(frozen=True, slots=True)
class Spike:
    """A run of days that stand out.

    Attributes:
        start: first day of the run.
        end: its last day.
        detected: the day on which it could be known.
        peak: the day with most above what is usual.
        stories: counted from start to end.
        expected: usual for these days.
        chance: of the window that stands out most, to be reached without a reason.
    """

    start: date
    end: date
    detected: date
    peak: date
    stories: int
    expected: float
    chance: float

    @property
    def times(self) -> float:
        """How many times the usual."""
        return self.stories / self.expected


class Judged(NamedTuple):
    """A day against the weeks before.

    Attributes:
        expected: usual for the day; None where too little is known.
        chance: of the window ending here that stands out most; 1.0 where none does.
        window: its length in days, 0 where none stands out.
    """

    expected: float | None
    chance: float
    window: int


def find_spikes(days: Days, sensitivity: Sensitivity, since: date) -> list[Spike]:
    """Return the spikes that end at `since` or later, in order of time; days of one spike lie at most one day apart."""
    judged = list(judge(days, CHANCES[sensitivity]))
    runs: list[list[int]] = []  # first day, last day, day on which it was detected
    for number, one in enumerate(judged):
        if not one.window:
            continue
        first = number - one.window + 1
        if runs and first <= runs[-1][1] + 2:
            runs[-1][1] = number
        else:
            runs.append([first, number, number])
    return [_spike(days, judged, *run) for run in runs if days.dates[run[1]] >= since]


def _spike(days: Days, judged: Sequence[Judged], first: int, last: int, detected: int) -> Spike:
    usual = [one.expected or 0.0 for one in judged]
    run = range(first, last + 1)
    peak = max(run, key=lambda number: days.counts[number] - usual[number])
    return Spike(
        start=days.dates[first],
        end=days.dates[last],
        detected=days.dates[detected],
        peak=days.dates[peak],
        stories=sum(days.counts[first : last + 1]),
        expected=sum(usual[first : last + 1]),
        chance=min(judged[number].chance for number in run),
    )


def surges(days: Days) -> list[float]:
    """Return for each day how many times the usual there was where it stands out, 1.0 elsewhere; for `Days.volume`."""
    judged = judge(days, CHANCES["medium"])
    return [
        max(1.0, count / one.expected) if one.window and one.expected else 1.0
        for count, one in zip(days.counts, judged, strict=True)
    ]


def judge(days: Days, chance: float) -> Iterator[Judged]:
    """Yield what is to be said of each day, knowing only the days up to it.

    Args:
        chance: below which a window stands out.
    """
    weeks = Baseline(days)
    for number, weekday in enumerate(weeks.weekdays):
        weeks.move_to(number)
        if weeks.days < LEAST:
            yield Judged(None, 1.0, 0)
            continue
        seen, count = weeks.seen[number], days.counts[number]
        usual = seen.expected = weeks.usual(weekday) * days.volume[number]
        if count < usual + math.sqrt(usual):  # less than any dispersion's deviation
            yield Judged(usual, 1.0, 0)
            continue
        dispersions = weeks.dispersions()
        deviation = math.sqrt(dispersions[0] * usual)
        if count < usual + deviation:  # else a spike would last until its days have left the widest window
            yield Judged(usual, 1.0, 0)
            continue
        seen.cap = usual + CAP * deviation
        before = range(number, max(-1, number - len(WINDOWS)), -1)
        window = [(days.counts[each], weeks.usual(weeks.weekdays[each]) * days.volume[each]) for each in before]
        least, width = _rarest(window, dispersions, weeks.days)
        if least >= chance:
            yield Judged(usual, 1.0, 0)
            continue
        _mark(weeks.seen, number, width, least)
        yield Judged(usual, least, width)


def _rarest(window: Sequence[tuple[int, float]], dispersions: Sequence[float], known: int) -> tuple[float, int]:
    """Return the least chance of the windows that end with the first of these (count, mean), and the window's length."""
    best, total, mean = (1.0, 0), 0, 0.0
    for width, ((count, usual), dispersion) in enumerate(zip(window, dispersions, strict=False), 1):
        total, mean = total + count, mean + usual
        # What is within two standard deviations has a chance above every sensitivity's.
        if total >= FEWEST and (total - mean) ** 2 > 4 * dispersion * mean and total > mean:
            # The mean is itself an estimate from so many days.
            best = min(best, (tail(total, mean, dispersion * (1 + width / known)), width))
    return best


def _mark(seen: Sequence[Seen], number: int, width: int, chance: float) -> None:
    run = seen[number - 1].run + 1 if number else 1
    for back in range(width):
        day = seen[number - back]
        day.run = day.run or max(1, run - back)
        day.glaring = day.glaring or chance < GLARING


def tail(count: int, mean: float, dispersion: float) -> float:
    """Return the probability of `count` or more under a negative binomial of this mean and variance/mean; Poisson at 1."""
    if count <= 0:
        return 1.0
    if dispersion < 1.001:
        first = count * math.log(mean) - mean - math.lgamma(count + 1)
        size, kept = math.inf, mean
    else:
        size = mean / (dispersion - 1)
        first = math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
        first += -size * math.log(dispersion) + count * math.log1p(-1 / dispersion)
        kept = 1 - 1 / dispersion
    term = math.exp(first)
    total = term
    while term > 1e-9 * total:
        count += 1
        term *= mean / count if size == math.inf else kept * (count - 1 + size) / count
        total += term
    return min(1.0, total)
