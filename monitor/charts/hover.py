"""The layer with which a chart answers to the pointer: the numbers of the bucket below it, in every panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.charts.frame import Spec, instant
from monitor.documents.moves import PointDocument
from monitor.documents.trends import BucketDocument
from monitor.sentences import percent

_FIELDS = ("From", "Share", "Articles", "Stories", "Everything", "Silent")


def hover(buckets: Sequence[BucketDocument], line: Sequence[PointDocument], x: Spec, panel: int) -> dict[str, Any]:
    """Return the layer of one panel; each panel has a selection of its own, by its number."""
    name = f"under{panel}"
    return {
        "params": [{"name": name, "select": {"type": "point", "on": "pointerover", "clear": "pointerout"}}],
        "data": {"values": [_row(bucket, point) for bucket, point in zip(buckets, line, strict=True)]},
        "mark": {"type": "rect", "color": "var(--ink)", "tooltip": True},
        "encoding": {
            "x": x,
            "x2": {"field": "until"},
            "opacity": {"condition": {"param": name, "empty": False, "value": 0.1}, "value": 0},
            "tooltip": [{"field": field, "type": "nominal"} for field in _FIELDS],
        },
    }


def _row(bucket: BucketDocument, point: PointDocument) -> dict[str, object]:
    hour = "" if (bucket.end - bucket.start).days else f", {bucket.start:%H:%M}"
    silent = [gap.source for gap in bucket.gaps if gap.whole]
    return {
        "day": instant(bucket.start),
        "until": instant(bucket.end),
        "From": f"{bucket.start.day} {bucket.start:%B %Y}{hour}{', not over' if bucket.partial else ''}",
        "Share": percent(point.share, bucket.total),
        "Articles": f"{bucket.articles:,}",
        "Stories": f"{bucket.stories:,}",
        "Everything": f"{bucket.total:,}",
        "Silent": ", ".join(silent) or "no source",
    }
