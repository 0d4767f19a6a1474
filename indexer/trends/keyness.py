"""Keyness: how much more frequent something is in one set of articles than in another, and how certain that is.

Certainty is the log-likelihood ratio G² of Dunning, "Accurate methods for the statistics of surprise and coincidence",
Computational Linguistics 19 (1993): a value above 6.63 arises by chance once in a hundred times. The size of the
difference is the log ratio of Hardie (2014), the binary logarithm of the ratio of the frequencies: 1 is twice as frequent.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SURE = 6.63  # 0.99 of chi-squared with one degree of freedom


@dataclass(frozen=True, slots=True)
class Keyness:
    """How often something occurs here and elsewhere.

    Attributes:
        here: articles here that have it.
        among: all articles here, or the length of the time span.
        elsewhere: articles elsewhere that have it.
        others: all articles elsewhere, or the length of the time span.
        g2: log-likelihood ratio, negative where it is rarer here.
        log_ratio: binary logarithm of the ratio of the frequencies; zero articles count as half an article.
    """

    here: int
    among: float
    elsewhere: int
    others: float
    g2: float
    log_ratio: float

    @property
    def expected(self) -> float:
        """The number of articles here if it were as frequent as elsewhere."""
        return self.elsewhere * self.among / self.others if self.others else 0.0


def by_articles(here: int, among: int, elsewhere: int, others: int) -> Keyness:
    """Compare the number of articles that have something in two sets of articles."""
    rows = ((here, among), (elsewhere, others))
    whole, together = among + others, here + elsewhere
    present = sum(_term(number, size * together / whole) for number, size in rows) if whole else 0.0
    absent = sum(_term(size - number, size * (whole - together) / whole) for number, size in rows) if whole else 0.0
    return _keyness(here, among, elsewhere, others, 2 * (present + absent))


def by_time(here: int, span: float, elsewhere: int, other_span: float) -> Keyness:
    """Compare the number of articles in two time spans whose lengths are given in the same unit."""
    together = here + elsewhere
    expected = together * span / (span + other_span)
    return _keyness(
        here, span, elsewhere, other_span, 2 * (_term(here, expected) + _term(elsewhere, together - expected))
    )


def _keyness(here: int, among: float, elsewhere: int, others: float, g2: float) -> Keyness:
    ratio = (max(here, 0.5) / among) / (max(elsewhere, 0.5) / others) if among and others else 1.0
    return Keyness(here, among, elsewhere, others, math.copysign(max(0.0, g2), math.log2(ratio)), math.log2(ratio))


def _term(observed: float, expected: float) -> float:
    return observed * math.log(observed / expected) if observed > 0 and expected > 0 else 0.0
