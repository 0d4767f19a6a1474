"""What all charts share: the look, the axis of time, and the layers that several of them have.

Colours are custom properties of the stylesheet, so that one picture serves light, dark and print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

Spec = dict[str, Any]

CONFIG: Mapping[str, Any] = {
    "background": None,
    "font": "sans-serif",
    "padding": 0,
    "view": {"stroke": None},
    "concat": {"spacing": 14},
    "axis": {
        "labelColor": "var(--muted)",
        "gridColor": "var(--grid)",
        "domainColor": "var(--rule)",
        "tickColor": "var(--rule)",
        "labelFontSize": 12,
        "labelPadding": 6,
        "domain": False,
        "ticks": False,
        "title": None,
    },
    "axisX": {"grid": False, "domain": True, "ticks": True},
    "axisY": {"minExtent": 40, "maxExtent": 40},
    "title": {"anchor": "start", "frame": "bounds", "fontSize": 12, "color": "var(--ink)", "offset": 8},
    "text": {"color": "var(--ink)", "fontSize": 12},
    "line": {"strokeWidth": 2, "strokeCap": "round", "strokeJoin": "round"},
}
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
COUNT = ",d"  # the format of whole numbers
WIDE = 560  # pixels; a picture that is less wide has fewer labels and no notes
_LABEL = 46  # pixels that the label of a day takes
_YEAR = 365  # days
_STEPS = (1, 2, 7, 14, 28, 56, 91, 182, _YEAR, 2 * _YEAR, 5 * _YEAR, 10 * _YEAR)  # days between two labels of the axis


def chart(body: Mapping[str, Any]) -> Spec:
    """Return the whole specification of a chart, Vega-Lite 6."""
    return {"$schema": _SCHEMA, "config": dict(CONFIG), **body}


def time_axis(start: datetime, end: datetime, width: int, *, labelled: bool = True) -> Spec:
    """Return the encoding of a horizontal axis of time.

    Args:
        width: of the picture, in pixels.
        labelled: whether days stand below it; they begin at their ticks.
    """
    axis: Spec = {"values": [instant(day) for day in _labels(start, end, width)], "labels": labelled, "ticks": labelled}
    if labelled:
        axis |= {"format": _format(end - start), "labelAlign": "left", "labelOffset": 3, "labelFlush": False}
        axis |= {"tickSize": 14, "labelPadding": -9}
    # As an expression, since Vega-Lite takes two literal moments of one axis for different ones, and warns in the console.
    scale = {"type": "utc", "domain": {"expr": f"[{_milliseconds(start)}, {_milliseconds(end)}]"}}
    return {"type": "temporal", "scale": scale, "axis": axis}


def count_axis(most: float, *, labels: int = 3, form: str = COUNT, halved: bool = False) -> Spec:
    """Return the encoding of a vertical axis of numbers, from zero.

    Args:
        labels: how many there are at most; a low chart has fewer with `halved`, on the same scale.
    """
    step = _round_step(most / max(labels - 1, 1)) if most else 1
    are_whole = form == COUNT
    step = max(step, 1) if are_whole else step
    top = step * max(1, -(-most // step))
    values = [step * number for number in range(round(top / step) + 1)]
    if halved:
        values = [0, top] if are_whole and top % 2 else [0, top / 2, top]
    return {
        "type": "quantitative",
        "scale": {"domain": [0, top], "nice": False},
        "axis": {"values": values, "format": form},
    }


def instant(moment: datetime) -> str:
    """Return a local time as the charts take it: as if its zone were UTC, which is how they write it."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def bar_edges(start: datetime, end: datetime) -> tuple[str, str]:
    """Return where a bar begins and ends, with a little air beside it."""
    air = (end - start) / 8
    return instant(start + air), instant(end - air)


def _labels(start: datetime, end: datetime, width: int) -> Sequence[datetime]:
    days = max(1, round((end - start) / timedelta(days=1)))
    most = 9 if width > WIDE else 5
    step = next((step for step in _STEPS if days / step <= most), _STEPS[-1])
    last = end - (end - start) * _LABEL / width  # a label begins at its tick and must end before the picture does
    if step >= _YEAR:
        first = start.replace(month=1, day=1)
        labels = [first.replace(year=year) for year in range(start.year + 1, end.year + 1, step // _YEAR)]
    else:
        labels = [start + timedelta(days=step * number) for number in range(days // step + 1)]
    return [label for label in labels if label <= max(last, start)]


def _format(span: timedelta) -> str:
    return "%-d %b" if span < timedelta(days=360) else "%b %Y"


def _milliseconds(moment: datetime) -> int:
    return round((moment.replace(tzinfo=None) - datetime(1970, 1, 1)) / timedelta(milliseconds=1))  # noqa: DTZ001


def _round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is not below, and for shares of 0.01, 0.02, 0.05 …"""
    size = 1.0
    while size >= least:
        size /= 10
    while size * 10 < least:
        size *= 10
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= least)
