"""The share of a theme as a line, over as many days as it takes for a share to mean something."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from monitor.documents.moves import PointDocument
from monitor.documents.trends import BucketDocument

_SMOOTHED = 7  # buckets over which a share is taken where single ones have too few articles for one of their own
_ENOUGH = 50  # articles a bucket for a share of its own
_LEAST = 10  # articles in the buckets a share is taken over; below that there is none


def window_of(buckets: Sequence[BucketDocument]) -> int:
    """Return over how many buckets shares are taken: 1, or 7 where half of the buckets have fewer than 50 articles."""
    return 1 if median(bucket.total for bucket in buckets) >= _ENOUGH else _SMOOTHED


def line_of(buckets: Sequence[BucketDocument], window: int) -> tuple[PointDocument, ...]:
    """Return the share at each bucket over as many buckets as the window has, a true ratio of their sums."""
    return tuple(_point(buckets[max(0, last - window) : last], window) for last in range(1, len(buckets) + 1))


def _point(buckets: Sequence[BucketDocument], window: int) -> PointDocument:
    total, last = sum(bucket.total for bucket in buckets), buckets[-1]
    is_known = len(buckets) == window and total >= _LEAST
    return PointDocument(
        start=last.start,
        share=sum(bucket.articles for bucket in buckets) / total if is_known else None,
        partial=last.partial,
        silent=sum(gap.whole for gap in last.gaps),
    )
