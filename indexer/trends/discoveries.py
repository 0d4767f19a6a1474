"""How many of several findings chance does not explain (Benjamini and Hochberg, 1995, JRSS B 57)."""

from __future__ import annotations

from collections.abc import Sequence


def discoveries(chances: Sequence[float], level: float, *, among: int) -> int:
    """Return how many of the surest findings can be told so that the expected share of false ones stays below a level.

    Args:
        chances: of each finding to come about by chance, ascending.
        among: number of everything that was looked at; what has no chance here counts as if chance explained it.
    """
    return max((rank for rank, chance in enumerate(chances, 1) if chance <= level * rank / among), default=0)
