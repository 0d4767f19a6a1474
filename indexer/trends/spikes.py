"""Spikes: days with more stories than the weeks before predict, detected in daily counts.

Each day is compared with the weeks before it, alone and together with the one or two days before. The baseline is a mean
with a factor per weekday, shrunk towards 1 as far as the differences could be chance (empirical Bayes). Its dispersion and
day-to-day correlation are measured, so that counts noisier than Poisson raise no false alarms. A window of days stands
out when a negative binomial with that mean and variance (Poisson where the counts are no noisier) reaches its count with
a probability below the sensitivity's threshold. Days of earlier spikes stay out of the baseline. After Noufaily et al., "An
improved algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32 (2013), with
weekdays and several windows. Figures: `python -m bench.spikes`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from indexer.trends.baseline import LEAST, Baseline, Days

Sensitivity = Literal["low", "medium", "high"]

FEWEST = 3  # the smallest number of stories that can be a spike
GLARING = 1e-6  # a window less likely than this stays out of the baseline; the counts of other spikes are capped
CAP = 3.0  # standard deviations above the expected count, where the counts of a spike are capped
WINDOWS = (1, 2, 3)  # days
# The probability that a window stands out by chance in counts without spikes.
CHANCES: dict[Sensitivity, float] = {"low": 0.001, "medium": 0.005, "high": 0.015}
_OPEN = 3  # days at the end whose counts still change from one look to the next
_REMEMBERED = 32  # series of days
_LARGE = 0.25  # a question with more than this fraction of all stories causes rises of the total itself


@dataclass(frozen=True, slots=True)
class Spike:
    """A run of days that stand out.

    Attributes:
        start: first day of the run.
        end: its last day.
        detected: the first day on which it could be detected.
        peak: the day furthest above its usual count.
        stories: total from start to end.
        expected: the usual total for these days.
        chance: the probability of the most unlikely window among them.
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


class Judgement(NamedTuple):
    """A day compared with the weeks before.

    Attributes:
        expected: the usual count for the day; None where the baseline is too short.
        chance: the probability of the most unlikely window ending here; 1.0 where none stands out.
        window: the length of that window in days; 0 where none stands out.
    """

    expected: float | None
    chance: float
    window: int


def find_spikes(days: Days, sensitivity: Sensitivity, since: date) -> list[Spike]:
    """Return the spikes that end on `since` or later, oldest first; a gap of one day does not end a spike."""
    judgements = list(judge(days, CHANCES[sensitivity]))
    runs: list[list[int]] = []  # first day, last day, day of detection
    for number, judgement in enumerate(judgements):
        if not judgement.window:
            continue
        first = number - judgement.window + 1
        if runs and first <= runs[-1][1] + 2:
            runs[-1][1] = number
        else:
            runs.append([first, number, number])
    return [_spike(days, judgements, *run) for run in runs if days.dates[run[1]] >= since]


def _spike(days: Days, judgements: Sequence[Judgement], first: int, last: int, detected: int) -> Spike:
    run = range(first, last + 1)
    usual = {number: judgements[number].expected or 0.0 for number in run}
    peak = max(run, key=lambda number: days.counts[number] - usual[number])
    return Spike(
        start=days.dates[first],
        end=days.dates[last],
        detected=days.dates[detected],
        peak=days.dates[peak],
        stories=sum(days.counts[first : last + 1]),
        expected=sum(usual.values()),
        chance=min(judgements[number].chance for number in run),
    )


def surges(days: Days) -> list[float]:
    """Return how many times its usual count each day reached where it stands out, 1.0 elsewhere; see `Days.volume`."""
    judgements = judge(days, CHANCES["medium"])
    return [
        max(1.0, count / judgement.expected) if judgement.window and judgement.expected else 1.0
        for count, judgement in zip(days.counts, judgements, strict=True)
    ]


def with_volume(
    dates: Sequence[date],
    stories: Sequence[int],
    everything: Sequence[int],
    usable: Sequence[bool],
    rises: Sequence[float] | None = None,
) -> Days:
    """Return daily counts of stories, whose expected counts scale with the rises of everything else.

    Args:
        everything: stories a day, whether or not they match.
        rises: the `surges` of everything, where they are known.
    """
    others = everything
    if is_large := sum(stories) > _LARGE * sum(everything):
        others = [all - own for all, own in zip(everything, stories, strict=True)]
    if is_large or rises is None:
        rises = surges(Days(dates, others, usable, [1.0] * len(dates)))
    return Days(dates, stories, usable, rises)


def judge(days: Days, chance: float) -> Iterator[Judgement]:
    """Yield a judgement of each day, based only on the days up to it.

    Args:
        chance: probability below which a window stands out.
    """
    settled = max(0, len(days.dates) - _OPEN)
    earlier, baseline = _settled(
        *(tuple(each[:settled]) for each in (days.dates, days.counts, days.usable, days.volume)), chance
    )
    yield from earlier
    yield from _judge(days, chance, baseline.continued(days), settled)


@lru_cache(maxsize=_REMEMBERED)
def _settled(
    dates: Sequence[date], counts: Sequence[int], usable: Sequence[bool], volume: Sequence[float], chance: float
) -> tuple[Sequence[Judgement], Baseline]:
    """Return the judgements of days, and the baseline after them, which is only to be continued.

    They are remembered: alert rules, their trials and pages look again and again at days of which only the last ones changed.
    """
    days = Days(dates, counts, usable, volume)
    baseline = Baseline(days)
    return list(_judge(days, chance, baseline, 0)), baseline


def _judge(days: Days, chance: float, baseline: Baseline, first: int) -> Iterator[Judgement]:
    """Yield a judgement of each day from number `first` on; the baseline has moved along those before."""
    counts, volume, usual_of = days.counts, days.volume, baseline.usual
    for number in range(first, len(days.dates)):
        weekday = baseline.weekdays[number]
        baseline.move_to(number)
        if baseline.days < LEAST:
            yield Judgement(None, 1.0, 0)
            continue
        count = counts[number]
        usual = baseline.expected[number] = usual_of(weekday) * volume[number]
        if count < usual + math.sqrt(usual):  # within one standard deviation, whatever the dispersion
            yield Judgement(usual, 1.0, 0)
            continue
        dispersions = baseline.dispersions()
        deviation = math.sqrt(dispersions[0] * usual)
        if count < usual + deviation:  # otherwise a spike would last until its days had left the widest window
            yield Judgement(usual, 1.0, 0)
            continue
        baseline.caps[number] = usual + CAP * deviation
        back = range(number, max(-1, number - len(WINDOWS)), -1)
        window = [(counts[each], usual_of(baseline.weekdays[each]) * volume[each]) for each in back]
        least, width = _rarest(window, dispersions, baseline.days)
        if least >= chance:
            yield Judgement(usual, 1.0, 0)
            continue
        _mark(baseline, number, width, least)
        yield Judgement(usual, least, width)


def _rarest(window: Sequence[tuple[int, float]], dispersions: Sequence[float], days: int) -> tuple[float, int]:
    """Return the probability and the length of the most unlikely window that starts with the first (count, mean)."""
    best, total, mean = (1.0, 0), 0, 0.0
    for width, ((count, usual), dispersion) in enumerate(zip(window, dispersions, strict=False), 1):
        total, mean = total + count, mean + usual
        # Counts within two standard deviations are too likely to stand out at any sensitivity.
        if total >= FEWEST and (total - mean) ** 2 > 4 * dispersion * mean and total > mean:
            # The mean itself is an estimate, made from this number of days.
            best = min(best, (tail(total, mean, dispersion * (1 + width / days)), width))
    return best


def _mark(baseline: Baseline, number: int, width: int, chance: float) -> None:
    runs = baseline.runs
    run = runs[number - 1] + 1 if number else 1
    for back in range(width):
        day = number - back
        runs[day] = runs[day] or max(1, run - back)
        baseline.glaring[day] = baseline.glaring[day] or chance < GLARING


def tail(count: int, mean: float, dispersion: float) -> float:
    """Return the probability of `count` or more in a negative binomial (Poisson at dispersion 1).

    Args:
        dispersion: variance / mean.
    """
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
