"""Keyness: how much more often something is found in one set of articles than in another, and how sure that is.

Sure: the log-likelihood ratio G² of Dunning, "Accurate methods for the statistics of surprise and coincidence",
Computational Linguistics 19 (1993); above 6.63 a difference like it comes by chance once in a hundred. How much: the log
ratio of Hardie (2014), the binary logarithm of the ratio of both frequencies; 1 is twice as often.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

SURE = 6.63  # 0.99 of chi-squared with one degree of freedom


@dataclass(frozen=True, slots=True)
class Keyness:
    """How often something is found here and elsewhere.

    Attributes:
        here: articles with it, of the `among` looked at; `elsewhere` of `others` likewise.
        g2: log-likelihood ratio, negative where it is rarer here.
        log_ratio: binary logarithm of the ratio of the frequencies; half an article is taken where there is none.
    """

    here: int
    among: float
    elsewhere: int
    others: float
    g2: float
    log_ratio: float

    @property
    def expected(self) -> float:
        """How many would be here were it as frequent as elsewhere."""
        return self.elsewhere * self.among / self.others if self.others else 0.0


def by_articles(here: int, among: int, elsewhere: int, others: int) -> Keyness:
    """Compare how many articles of two sets have something."""
    rows = ((here, among), (elsewhere, others))
    whole, together = among + others, here + elsewhere
    found = sum(_term(number, size * together / whole) for number, size in rows) if whole else 0.0
    missing = sum(_term(size - number, size * (whole - together) / whole) for number, size in rows) if whole else 0.0
    return _keyness(here, among, elsewhere, others, 2 * (found + missing))


def by_time(here: int, span: float, elsewhere: int, other_span: float) -> Keyness:
    """Compare how many articles came in two spans of time, in any one unit."""
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
