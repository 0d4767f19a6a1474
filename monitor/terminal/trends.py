"""Trends for people: one table for one series, side by side where there are several, and what to know about them below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

from indexer.trends.calendar import Interval
from monitor.documents.trends import BucketDocument, PanelDocument, SeriesDocument, SpikeDocument, TrendDocument
from monitor.sentences import counted, expectation
from monitor.terminal.output import articles, fitting, percent, print_note, stories, table, width
from monitor.terminal.theme_versions import version_notes

_BAR = 24  # characters of the longest bar
_LISTED = 5  # sources in a note
_FORMS: Mapping[Interval, str] = {"hour": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}


def show(screen: Console, trend: TrendDocument) -> None:
    """Print the trend."""
    if len(trend.series) == 1:
        _show_one(screen, trend, trend.series[0])
    else:
        _show_many(screen, trend)
    show_notes(screen, trend)


def show_notes(screen: Console, trend: TrendDocument) -> None:
    """Print what is to be known about the rows."""
    versions = (series.versions for series in trend.series)
    for line in (*_notes(trend), *_spike_notes(trend), *version_notes(*versions, timezone=trend.timezone)):
        print_note(screen, line)


def _show_one(screen: Console, trend: TrendDocument, series: SeriesDocument) -> None:
    figures = ["share", *(["corrected"] if _is_corrected(trend) else []), "articles", "stories", "of", "sources"]
    rows = [_row(trend, bucket) for bucket in series.buckets]
    taken = sum(map(width, zip([trend.interval, *figures], *rows, strict=True)))
    bars = _bars(series, min(_BAR, max(1, screen.width - taken - 1)))
    lines = [[when, share, bar, *counts] for (when, share, *counts), bar in zip(rows, bars, strict=True)]
    columns = [trend.interval, *figures[:1], "", *figures[1:]]
    screen.print(table(_label(series, alone=False), columns, lines, right=figures, whole=[trend.interval]))


def _row(trend: TrendDocument, bucket: BucketDocument) -> list[str]:
    corrected = [percent(bucket.corrected)] if _is_corrected(trend) else []
    counts = [bucket.articles, bucket.stories, bucket.total, bucket.sources]
    return [_when(trend, bucket), percent(bucket.share), *corrected, *map(str, counts)]


def _is_corrected(trend: TrendDocument) -> bool:
    """Return whether there are corrected shares that differ from the others."""
    return trend.panel is not None and not trend.steady


def _bars(series: SeriesDocument, longest: int) -> list[str]:
    most = max((bucket.share or 0 for bucket in series.buckets), default=0)
    return ["█" * round(longest * (bucket.share or 0) / most) if most else "" for bucket in series.buckets]


def _show_many(screen: Console, trend: TrendDocument) -> None:
    """Print the series side by side, in as many tables as the width of the screen requires."""
    when = [f"{bucket.start:{_FORMS[trend.interval]}}{_marks(bucket)}" for bucket in trend.series[0].buckets]
    alone = len({series.theme for series in trend.series}) == 1
    columns = [
        [_label(series, alone=alone), *(_cell(trend, bucket) for bucket in series.buckets)] for series in trend.series
    ]
    title = "share corrected for gaps (articles)" if _is_corrected(trend) else "share (articles)"
    for number, group in enumerate(fitting(columns, screen.width - width([trend.interval, *when]))):
        if number:
            screen.print()
        names, *rows = zip(*group, strict=True)
        lines = [[start, *cells] for start, cells in zip(when, rows, strict=True)]
        screen.print(table(title, [trend.interval, *names], lines, right=names, whole=[trend.interval]))


def _cell(trend: TrendDocument, bucket: BucketDocument) -> str:
    share = bucket.corrected if _is_corrected(trend) else bucket.share
    return f"{percent(share)} ({bucket.articles:,}){' ▲' if bucket.spike else '  '}"


def _label(series: SeriesDocument, *, alone: bool) -> str:
    """Return the name of a series, or of its part alone where all are parts of one."""
    if series.split is None:
        return series.theme
    return series.split.label if alone else f"{series.theme}: {series.split.label}"


def _when(trend: TrendDocument, bucket: BucketDocument) -> str:
    return f"{bucket.start:{_FORMS[trend.interval]}}{_marks(bucket)}{' ▲' if bucket.spike else ''}"


def _marks(bucket: BucketDocument) -> str:
    return (" …" if bucket.partial else "") + (" !" if any(gap.whole for gap in bucket.gaps) else "")


def _notes(trend: TrendDocument) -> Iterator[str]:
    buckets = trend.series[0].buckets
    yield f"{trend.interval}s begin in the time zone {trend.timezone}"
    if any(bucket.partial for bucket in buckets):
        yield "… bucket still in progress"
    yield from _gap_notes(buckets, trend.interval)
    if trend.panel:
        yield _panel_note(trend.panel, "counted: only" if trend.steady else "corrected: over")
    for series in trend.series:
        if series.split is None and series.undated:
            yield f"not counted: {counted(series.undated, 'undated article')} of {series.theme}"
        if series.split is None and series.day_only:
            yield f"not counted in any hour: {articles(series.day_only)} of {series.theme} with a date but no time"


def _gap_notes(buckets: Sequence[BucketDocument], interval: Interval) -> Iterator[str]:
    whole = Counter(gap.source for bucket in buckets for gap in bucket.gaps if gap.whole)
    partly = Counter(gap.source for bucket in buckets for gap in bucket.gaps if not gap.whole)
    if whole:
        days = "" if interval in ("hour", "day") else "on some days "
        yield f"! incomplete collection: {days}no data from {_listed(whole, interval)}; see --corrected"
    if partly:
        yield f"some feeds were silent while others of the same source delivered: {_listed(partly, interval)}"


def _listed(sources: Counter[str], interval: Interval) -> str:
    listed = [f"{source} (in {counted(number, interval)})" for source, number in sources.most_common(_LISTED)]
    more = f" and {len(sources) - _LISTED} more" if len(sources) > _LISTED else ""
    return ", ".join(listed) + more


def _panel_note(panel: PanelDocument, what: str) -> str:
    over = f"{what} the {counted(len(panel.sources), 'source')} that delivered throughout"
    if not panel.left_out:
        return over
    left_out = [f"{source} ({reason})" for source, reason in sorted(panel.left_out.items())]
    more = f" and {len(left_out) - _LISTED} more" if len(left_out) > _LISTED else ""
    return f"{over}; left out: {', '.join(left_out[:_LISTED])}{more}"


def _spike_notes(trend: TrendDocument) -> Iterator[str]:
    for series in trend.series:
        for spike in series.spikes:
            yield f"▲ {series.theme}, {_days(spike)}: {_measure(spike)}; `parley why` explains it"


def _measure(spike: SpikeDocument) -> str:
    odds = f"1 in {1 / spike.chance:,.0f}" if spike.chance > 1e-9 else "less than 1 in a billion"
    return f"{stories(spike.stories)} against {expectation(spike.expected)} expected ({spike.times:.1f}×), by chance {odds}"


def _days(spike: SpikeDocument) -> str:
    return f"{spike.start}" if spike.start == spike.end else f"{spike.start} to {spike.end}"
