"""Articles a day, as bars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.charts.frame import Spec, bar_edges, chart, count_axis, time_axis
from monitor.documents.facets import DayDocument

HEIGHT = 72  # pixels


def histogram(days: Sequence[DayDocument], width: int) -> Spec:
    """Return the chart of one bar a day, with the days without articles left empty."""
    start, end = days[0].start, days[-1].start + timedelta(days=1)
    bars = [
        dict(zip(("start", "end"), bar_edges(day.start, day.start + timedelta(days=1)), strict=True))
        | {"articles": day.articles}
        for day in days
        if day.articles
    ]
    return chart(
        {
            "width": width,
            "height": HEIGHT,
            "data": {"values": bars},
            "mark": {"type": "rect", "color": "var(--bar)"},
            "encoding": {
                "x": {"field": "start", **time_axis(start, end, width)},
                "x2": {"field": "end"},
                "y": {"field": "articles", **count_axis(max((day.articles for day in days), default=0))},
                "y2": {"datum": 0},
            },
        }
    )
