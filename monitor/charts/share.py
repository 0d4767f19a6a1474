"""The course of one theme, as a line of its share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from monitor.charts.frame import Spec, chart, count_axis, instant, time_axis
from monitor.documents.moves import PointDocument
from monitor.documents.trends import SpikeDocument
from monitor.sentences import percent

_DAY = timedelta(days=1)
_TITLE = 0.33  # of the width, which the title of a panel takes
_LOW = 100  # pixels; a chart that is not higher has fewer labels


def share_line(
    line: Sequence[PointDocument], spikes: Sequence[SpikeDocument], *, width: int, height: int, top: float
) -> Spec:
    """Return the chart of a share day by day: silences of sources tinted, spikes in the accent, the running day dashed.

    Args:
        top: largest share that the axis has to show, so that charts beside one another have one scale.
    """
    start, end = line[0].start, line[-1].start + _DAY
    x = {"field": "day", **time_axis(start, end, width)}
    y = {"field": "share", **count_axis(top, labels=5, form=".0%", halved=height <= _LOW)}
    layers = [silences(line, x), spike_bands(spikes, start, x), *share_layers(line, spikes, x, y)]
    return chart({"width": width, "height": height, "layer": [layer for layer in layers if layer["data"]["values"]]})


def silences(line: Sequence[PointDocument], x: Spec, *, least: float = 1) -> dict[str, Any]:
    """Return a layer that tints the days on which so many sources, at least, were silent."""
    return _bands([(point.start, point.start + _DAY) for point in line if point.silent >= least], "var(--gap)", x)


def silence_labels(line: Sequence[PointDocument], sources: int, start: datetime, x: Spec) -> dict[str, Any]:
    """Return a layer that says above the last panel how many sources were silent, where it was more than one."""
    spans: list[list[PointDocument]] = []
    for point in line:
        if point.silent < 2:
            continue
        if spans and point.start - spans[-1][-1].start <= _DAY:
            spans[-1].append(point)
        else:
            spans.append([point])
    values = [
        {
            "day": instant(days[0].start + (days[-1].start + _DAY - days[0].start) / 2),
            "text": f"{max(point.silent for point in days)} of {sources} sources silent",
        }
        for days in spans
        if (days[0].start - start) / (line[-1].start + _DAY - start) > _TITLE
    ]
    mark = {"type": "text", "align": "center", "dy": -8, "baseline": "bottom", "color": "var(--muted)", "fontSize": 12}
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}},
    }


def spike_bands(spikes: Sequence[SpikeDocument], start: datetime, x: Spec) -> dict[str, Any]:
    """Return a layer that tints the days of spikes."""
    spans = [(midnight(spike.start, start), midnight(spike.end + _DAY, start)) for spike in spikes]
    return _bands([span for span in spans if span[1] > start], "var(--accent-soft)", x)


def share_layers(
    line: Sequence[PointDocument], spikes: Sequence[SpikeDocument], x: Spec, y: Spec
) -> list[dict[str, Any]]:
    """Return the line: in the accent within spikes, dashed to the running day, with a hollow end."""
    known = [point for point in line if point.share is not None]
    complete = [point for point in known if not point.partial]
    running = known[len(complete) - 1 :] if complete and len(known) > len(complete) else []
    return [
        _line(complete, x, y, color="var(--muted)"),
        _line(running, x, y, color="var(--muted)", strokeDash=[3, 4]),
        *(_line(_rise(complete, spike), x, y, color="var(--accent)", strokeWidth=3) for spike in spikes),
        _end(known[-1:], x, y),
    ]


def end_label(line: Sequence[PointDocument], among: int, x: Spec, y: Spec) -> dict[str, Any]:
    """Return a layer that writes the last share beside the end of the line.

    Args:
        among: articles that the share is taken of.
    """
    known = [point for point in line if point.share is not None][-1:]
    values = [_value(point) | {"text": percent(point.share, among)} for point in known]
    mark = {"type": "text", "align": "left", "dx": 9, "fontWeight": "bold", "fontSize": 13, "color": "var(--ink)"}
    return {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "text": {"field": "text"}}}


def _bands(spans: Iterable[tuple[datetime, datetime]], colour: str, x: Spec) -> dict[str, Any]:
    values = [{"day": instant(first), "until": instant(last)} for first, last in _joined(spans)]
    mark = {"type": "rect", "color": colour}
    return {
        "data": {"values": values},
        "mark": mark,
        "encoding": {"x": x, "x2": {"field": "until"}},
    }


def _joined(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for first, last in spans:
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _line(points: Sequence[PointDocument], x: Spec, y: Spec, **mark: object) -> dict[str, Any]:
    values = [_value(point) for point in points]
    return {"data": {"values": values}, "mark": {"type": "line", **mark}, "encoding": {"x": x, "y": y}}


def _end(points: Sequence[PointDocument], x: Spec, y: Spec) -> dict[str, Any]:
    mark = {
        "type": "point",
        "filled": True,
        "size": 42,
        "fill": "var(--page)",
        "stroke": "var(--muted)",
        "strokeWidth": 2,
    }
    return {"data": {"values": [_value(point) for point in points]}, "mark": mark, "encoding": {"x": x, "y": y}}


def _value(point: PointDocument) -> dict[str, object]:
    return {"day": instant(point.start + _DAY / 2), "share": point.share}


def _rise(points: Sequence[PointDocument], spike: SpikeDocument) -> list[PointDocument]:
    """Return the points of a spike and the one before it, so that the rise is in the line."""
    return [point for point in points if spike.start - _DAY <= point.start.date() <= spike.end]


def midnight(day: date, like: datetime) -> datetime:
    """Return when a day begins, in the zone of a moment."""
    return datetime.combine(day, time(), like.tzinfo)
