"""Articles a day, a week or a month, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.charts.frame import Spec, bar_edges, chart, count_axis, time_axis
from monitor.documents.facets import BarDocument

HEIGHT = 72  # pixels


def histogram(counted: Sequence[BarDocument], width: int) -> Spec:
    """Return the chart of these bars; where there is no article there is none."""
    start, end = counted[0].start, counted[-1].end
    bars = [
        dict(zip(("start", "end"), bar_edges(bar.start, bar.end), strict=True)) | {"articles": bar.articles}
        for bar in counted
        if bar.articles
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
                "y": {"field": "articles", **count_axis(max((bar.articles for bar in counted), default=0))},
                "y2": {"datum": 0},
            },
        }
    )
