"""By how much a story was first, in words."""

from __future__ import annotations

from monitor.documents.articles import PrecedenceDocument
from monitor.terminal.times import duration


def later(precedence: PrecedenceDocument) -> str:
    """Return how much later than its story a copy was published."""
    if not precedence.seconds:
        return "in the same second" if precedence.is_exact else "which of the two was first is not known"
    return (
        f"{duration(precedence.seconds)} later"
        if precedence.is_exact
        else f"{duration(precedence.seconds)} later as far as known"
    )
