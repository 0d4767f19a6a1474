"""The course of one theme in three panels on one axis of time: its share, its articles, and everything collected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from indexer.trends.calendar import Interval
from monitor.charts.frame import WIDE, Spec, bar_edges, chart, count_axis, time_axis
from monitor.charts.hover import hover
from monitor.charts.notes import Note, note_layers, number_layer
from monitor.charts.share import end_label, share_layers, silence_labels, silences, spike_bands
from monitor.documents.moves import PointDocument
from monitor.documents.trends import BucketDocument, SpikeDocument

Titles = tuple[str, str, str]

_LARGE = 0.1  # of all sources; a silence of fewer is too small to be seen in what the others publish

HEIGHTS: Mapping[str, tuple[int, int, int]] = {"wide": (210, 84, 44), "narrow": (150, 64, 36)}  # pixels of the panels


def titles_of(interval: Interval, window: int, *, is_steady: bool = False, is_narrow: bool = False) -> Titles:
    """Return what each panel shows.

    Args:
        window: over how many buckets the share is taken.
        is_steady: whether only some sources are counted.
        is_narrow: whether there is room for a few words only.
    """
    over = "" if window == 1 else f", over the {window} {interval}s to each {interval}"
    each = f"{'an' if interval == 'hour' else 'a'} {interval}"
    articles, everything = ("the articles counted", "counted") if is_steady else ("all articles", "collected")
    if is_narrow:
        return f"Share{over}", f"Articles {each}, copies outlined", f"Everything {everything} {each}"
    return (
        f"Share of {articles}{over}",
        f"Articles {each}: stories, and copies of them (outlined)",
        f"Everything {everything}, articles {each}",
    )


def course(
    buckets: Sequence[BucketDocument],
    line: Sequence[PointDocument],
    spikes: Sequence[SpikeDocument],
    *,
    width: int,
    heights: tuple[int, int, int],
    titles: Titles,
    notes: Sequence[Note] = (),
    sources: int = 0,
    is_live: bool = False,
) -> Spec:
    """Return the chart.

    Args:
        heights: of the three panels, in pixels.
        titles: what each panel shows.
        notes: what is said about its spikes.
        sources: number of sources. A silence of less than a tenth of them is tinted in the last panel only.
        is_live: whether it answers to the pointer, in a browser.
    """
    start, end = buckets[0].start, buckets[-1].end
    hidden = {"field": "day", **time_axis(start, end, width, labelled=False)}
    shown = {"field": "day", **time_axis(start, end, width)}
    top = max((point.share or 0 for point in line), default=0)
    share = {"field": "share", **count_axis(top, labels=5, form=".0%")}
    bands = [silences(line, hidden, least=sources * _LARGE), spike_bands(spikes, start, hidden)]
    is_wide = width >= WIDE
    labels = note_layers(notes, start, end, width, hidden) if is_wide else [number_layer(notes, start, hidden)]
    panels = (
        [
            *bands,
            *share_layers(line, spikes, hidden, share),
            end_label(line, buckets[-1].total, hidden, share),
            *labels,
        ],
        [*bands, *_articles(buckets, hidden)],
        [
            silences(line, shown),
            _bars(buckets, "total", shown, _axis(buckets, "total", 2), color="var(--bar)"),
            *([silence_labels(line, sources, start, shown)] if is_wide else ()),
        ],
    )
    if is_live:
        for number, layers in enumerate(panels):
            layers.append(hover(buckets, line, shown if number == len(panels) - 1 else hidden, number))
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
    encoding = {
        "x": x,
        "x2": {"field": "until"},
        "y": {"field": "number", **axis},
        "y2": {"datum": 0},
    }
    return {"data": {"values": values}, "mark": {"type": "rect", **mark}, "encoding": encoding}


def _bar(start: datetime, end: datetime, number: int) -> dict[str, object]:
    first, last = bar_edges(start, end)
    return {"day": first, "until": last, "number": number}


def _axis(buckets: Sequence[BucketDocument], field: str, labels: int) -> Spec:
    return count_axis(max((getattr(bucket, field) for bucket in buckets), default=0), labels=labels)


def _empty(x: Spec) -> dict[str, Any]:
    return {"data": {"values": []}, "mark": "point", "encoding": {"x": x}}
