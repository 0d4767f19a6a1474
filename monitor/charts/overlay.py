"""Two to five themes in one plot: a line each, with a dash and a colour of its own, named at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from monitor.charts.frame import Spec, chart, count_axis, instant, time_axis
from monitor.charts.share import silences
from monitor.documents.moves import PointDocument

MOST = 5  # lines that can be told apart
DASHES: tuple[tuple[int, ...], ...] = ((), (6, 3), (10, 4), (2, 2), (10, 3, 2, 3))
HEIGHT: Mapping[str, int] = {"wide": 240, "narrow": 200}  # pixels
_LABEL = 15  # pixels between the middles of two labels
_DAY = timedelta(days=1)


def overlay(lines: Mapping[str, Sequence[PointDocument]], *, width: int, height: int, labels: bool) -> Spec:
    """Return the chart.

    Args:
        lines: by the name at the end of each, MOST at the most; the first one's silences are tinted.
        labels: whether the names stand at the ends; otherwise a key beside the picture has them.
    """
    first = next(iter(lines.values()))
    start, end = first[0].start, first[-1].start + _DAY
    x = {"field": "day", **time_axis(start, end, width)}
    top = max((point.share or 0 for line in lines.values() for point in line), default=0)
    scale = count_axis(top, labels=5, form=".0%")
    y = {"field": "share", **scale}
    layers = [silences(first, x)]
    for number, line in enumerate(lines.values(), 1):
        layers.append(_line(line, x, y, number))
    if labels:
        layers += _labels(lines, x, scale, height)
    drawn = [layer for layer in layers if layer["data"]["values"]]
    return chart({"width": width, "height": height, "layer": drawn or [_line(first, x, y, 1)]})


def _line(line: Sequence[PointDocument], x: Spec, y: Spec, number: int) -> dict[str, Any]:
    values = [{"day": instant(one.start + _DAY / 2), "share": one.share} for one in line if one.share is not None]
    mark = {"type": "line", "color": f"var(--line-{number})", "strokeDash": list(DASHES[number - 1])}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y}}


def _labels(lines: Mapping[str, Sequence[PointDocument]], x: Spec, scale: Spec, height: int) -> list[dict[str, Any]]:
    """Return the names, each beside the end of its line, moved apart where they would meet."""
    top = scale["scale"]["domain"][1]
    ends = {
        number: (name, line[-1].start, shares[-1])
        for number, (name, line) in enumerate(lines.items(), 1)
        if (shares := [point.share for point in line if point.share is not None])
    }
    places = spread({number: (1 - share / top) * height for number, (_, _, share) in ends.items()}, height)
    return [
        {
            "data": {"values": [{"day": instant(day + _DAY), "share": (1 - places[number] / height) * top}]},
            "mark": {
                "type": "text",
                "text": name,
                "align": "left",
                "dx": 6,
                "fontWeight": "bold",
                "color": f"var(--line-{number})",
            },
            "encoding": {"x": x, "y": {"field": "share", **scale}},
        }
        for number, (name, day, _) in ends.items()
    ]


def spread(places: Mapping[int, float], height: float) -> dict[int, float]:
    """Return heights in pixels from the top that are at least a label apart, as near to those given as that allows."""
    order = sorted(places, key=lambda key: (places[key], key))
    moved: dict[int, float] = {}
    lowest = height
    for key in reversed(order):
        moved[key] = min(places[key], lowest)
        lowest = moved[key] - _LABEL
    return moved
