"""The course of one theme in three panels on one axis of time: its share, its articles, and everything collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from indexer.trends.calendar import Interval
from monitor.charts.frame import Spec, bar_edges, chart, count_axis, time_axis
from monitor.charts.share import share_layers, silences, spike_bands
from monitor.documents.moves import PointDocument
from monitor.documents.trends import BucketDocument, SpikeDocument

Titles = tuple[str, str, str]

HEIGHTS: Mapping[str, tuple[int, int, int]] = {"wide": (210, 84, 44), "narrow": (150, 64, 36)}  # pixels of the panels


def titles_of(interval: Interval, window: int, *, is_narrow: bool = False) -> Titles:
    """Return what each panel shows.

    Args:
        window: over how many buckets the share is taken.
        is_narrow: whether there is room for a few words only.
    """
    over = "" if window == 1 else f", over the {window} {interval}s to each {interval}"
    each = f"{'an' if interval == 'hour' else 'a'} {interval}"
    if is_narrow:
        return f"Share{over}", f"Articles {each}, copies outlined", f"Everything collected {each}"
    return (
        f"Share of all articles{over}",
        f"Articles {each}: stories, and copies of them (outlined)",
        f"Everything collected, articles {each}",
    )


def course(
    buckets: Sequence[BucketDocument],
    line: Sequence[PointDocument],
    spikes: Sequence[SpikeDocument],
    *,
    width: int,
    heights: tuple[int, int, int],
    titles: Titles,
) -> Spec:
    """Return the chart.

    Args:
        heights: of the three panels, in pixels.
        titles: what each panel shows.
    """
    start, end = buckets[0].start, buckets[-1].end
    hidden = {"field": "day", **time_axis(start, end, width, labelled=False)}
    shown = {"field": "day", **time_axis(start, end, width)}
    top = max((point.share or 0 for point in line), default=0)
    share = {"field": "share", **count_axis(top, labels=5, form=".0%")}
    bands = [silences(line, hidden), spike_bands(spikes, start, hidden)]
    panels = (
        [*bands, *share_layers(line, spikes, hidden, share)],
        [*bands, *_articles(buckets, hidden)],
        [silences(line, shown), _bars(buckets, "total", shown, _axis(buckets, "total", 2), color="var(--bar)")],
    )
    return chart(
        {
            "vconcat": [
                {
                    "width": width,
                    "height": height,
                    "title": {"text": title},
                    "layer": [layer for layer in layers if layer["data"]["values"]] or [_empty(shown)],
                }
                for height, title, layers in zip(heights, titles, panels, strict=True)
            ]
        }
    )


def _articles(buckets: Sequence[BucketDocument], x: Spec) -> list[dict[str, Any]]:
    """Return bars of the stories, with the copies outlined on top, in the accent where there is a spike."""
    axis = _axis(buckets, "articles", 3)
    usual = [bucket for bucket in buckets if not bucket.spike]
    unusual = [bucket for bucket in buckets if bucket.spike]
    return [
        *(
            _bars(
                [one for one in some if one.articles > one.stories],
                "articles",
                x,
                axis,
                color="var(--page)",
                stroke=colour,
            )
            for some, colour in ((usual, "var(--bar)"), (unusual, "var(--accent)"))
        ),
        _bars(usual, "stories", x, axis, color="var(--bar)"),
        _bars(unusual, "stories", x, axis, color="var(--accent)"),
    ]


def _bars(buckets: Sequence[BucketDocument], field: str, x: Spec, axis: Spec, **mark: object) -> dict[str, Any]:
    values = [_bar(bucket.start, bucket.end, getattr(bucket, field)) for bucket in buckets if getattr(bucket, field)]
    encoding = {"x": x, "x2": {"field": "until"}, "y": {"field": "number", **axis}, "y2": {"datum": 0}}
    return {"data": {"values": values}, "mark": {"type": "rect", **mark}, "encoding": encoding}


def _bar(start: datetime, end: datetime, number: int) -> dict[str, object]:
    first, last = bar_edges(start, end)
    return {"day": first, "until": last, "number": number}


def _axis(buckets: Sequence[BucketDocument], field: str, labels: int) -> Spec:
    return count_axis(max((getattr(bucket, field) for bucket in buckets), default=0), labels=labels)


def _empty(x: Spec) -> dict[str, Any]:
    return {"data": {"values": []}, "mark": "point", "encoding": {"x": x}}
