"""The charts in an evidence file: pictures that need no stylesheet."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.calendar import after
from monitor.charts.course import HEIGHTS, course
from monitor.charts.draw import svg
from monitor.charts.histogram import histogram
from monitor.charts.light import with_light_colours
from monitor.documents.evidence import FoundDocument
from monitor.documents.facets import BarDocument
from monitor.documents.trends import SeriesDocument, TrendDocument
from monitor.evidence.answers import Answer
from monitor.sentences import counted
from monitor.services.lines import line_of, window_of

_WIDTH = 880  # pixels


def draw(answer: Answer) -> Iterator[tuple[str, bytes]]:
    """Yield the charts of an answer with their names."""
    if isinstance(answer, TrendDocument):
        for number, series in enumerate(answer.series, 1):
            yield f"chart-{number}.svg", _whole(_course(series, answer.interval))
    elif isinstance(answer, FoundDocument) and len(answer.days) > 1:
        bars = [BarDocument(start=day.start, end=after(day.start, "day"), articles=day.articles) for day in answer.days]
        says = f"{answer.query}: articles a day, {counted(answer.articles, 'article')}."
        yield "chart-1.svg", _whole(svg(histogram(bars, _WIDTH), says))


def _course(series: SeriesDocument, interval: str) -> str:
    line = line_of(series.buckets, window_of(series.buckets))
    part = f", {series.split.label}" if series.split else ""
    name = f"{series.theme}{part}"
    titles = (f"{name}: share of everything", f"Articles by {interval}", f"Everything by {interval}")
    spec = course(series.buckets, line, series.spikes, width=_WIDTH, heights=HEIGHTS["wide"], titles=titles)
    return svg(spec, f"{name}: share of everything, articles and everything collected, by {interval}.")


def _whole(picture: str) -> bytes:
    """Return a picture that stands alone: with its name space, a font and the colours of the light page."""
    return (
        with_light_colours(picture)
        .replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif"', 1)
        .encode()
    )
