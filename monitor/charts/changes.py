"""Articles a day of a theme as it stands, and as it would be with a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from monitor.charts.frame import Spec, bar_edges, chart, count_axis, time_axis
from monitor.documents.drafts import DraftDayDocument

HEIGHT = 72  # pixels
_DAY = timedelta(days=1)


def changes(days: Sequence[DraftDayDocument], width: int) -> Spec:
    """Return the chart: bars as it stands, with what comes in the accent on top and what goes outlined."""
    start, end = days[0].start, days[-1].start + _DAY
    x = {"field": "day", **time_axis(start, end, width)}
    y = {"field": "high", **count_axis(max(max(day.now, day.then) for day in days))}
    layers = [
        _bars([(day, 0, min(day.now, day.then)) for day in days], x, y, color="var(--bar)"),
        _bars([(day, day.now, day.then) for day in days], x, y, color="var(--accent)"),
        _bars([(day, day.then, day.now) for day in days], x, y, color="var(--page)", stroke="var(--bar)"),
    ]
    drawn = [layer for layer in layers if layer["data"]["values"]]
    return chart({"width": width, "height": HEIGHT, "layer": drawn or layers[:1]})


def _bars(spans: Sequence[tuple[DraftDayDocument, int, int]], x: Spec, y: Spec, **mark: object) -> dict[str, Any]:
    values = []
    for day, low, high in spans:
        if high > low:
            first, last = bar_edges(day.start, day.start + _DAY)
            values.append({"day": first, "until": last, "low": low, "high": high})
    encoding = {"x": x, "x2": {"field": "until"}, "y": y, "y2": {"field": "low"}}
    return {"data": {"values": values}, "mark": {"type": "rect", **mark}, "encoding": encoding}
