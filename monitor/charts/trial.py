"""Stories a day that an alert rule watches, with a mark at each day on which it would have sent a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from monitor.charts.draw import svg
from monitor.charts.frame import Spec, bar_edges, chart, count_axis, instant, time_axis
from monitor.documents.alerts import AlertDayDocument, AlertTestDocument

HEIGHT = 72  # pixels
_ROOM = 1.2  # times the highest bar, so that a mark has its place above it
_DAY = timedelta(days=1)
_HALF = timedelta(hours=12)


_WIDTHS = {"wide": 1_160, "narrow": 290}  # pixels


def pictures(tried: AlertTestDocument) -> Mapping[str, str]:
    """Return the chart as SVG in the two widths of pages."""
    says = f"{tried.title}: stories a day. {tried.sentence}"
    return {name: svg(trial(tried.days, width), says) for name, width in _WIDTHS.items()}


def trial(days: Sequence[AlertDayDocument], width: int) -> Spec:
    """Return the chart: a bar for each day with stories, and a triangle above the days with messages."""
    start, end = days[0].start, days[-1].start + _DAY
    x = {"field": "day", **time_axis(start, end, width)}
    y = {"field": "stories", **count_axis(_ROOM * max(day.stories for day in days))}
    bars = []
    for day in days:
        if day.stories:
            first, last = bar_edges(day.start, day.start + _DAY)
            bars.append({"day": first, "until": last, "stories": day.stories})
    marks = [{"day": instant(day.start + _HALF), "stories": day.stories} for day in days if day.messages]
    layers: list[Spec] = [
        {
            "data": {"values": bars},
            "mark": {"type": "rect", "color": "var(--bar)"},
            "encoding": {"x": x, "x2": {"field": "until"}, "y": y, "y2": {"datum": 0}},
        },
        {
            "data": {"values": marks},
            "mark": {"type": "point", "shape": "triangle-up", "filled": True, "size": 70, "opacity": 1, "yOffset": -7},
            "encoding": {"x": x, "y": y, "color": {"value": "var(--accent)"}},
        },
    ]
    drawn = [layer for layer in layers if layer["data"]["values"]]
    return chart({"width": width, "height": HEIGHT, "layer": drawn or layers[:1]})
