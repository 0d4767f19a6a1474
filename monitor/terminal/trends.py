"""Trends for people: one table for one series, side by side where there are several, and what to know about them below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from indexer.trends.calendar import Interval
from indexer.trends.gaps import Panel
from indexer.trends.series import Bucket, Series, Trend
from indexer.trends.spikes import Spike
from indexer.trends.splits import WHOLE
from monitor.services.theme_versions import Versions
from monitor.services.trends import has_spike
from monitor.terminal.output import articles, counted, fitting, plain, table, width
from monitor.terminal.theme_versions import notes

_BAR = 24  # characters of the longest bar
_NAMED = 5  # sources named in a note
_FORMS: Mapping[Interval, str] = {"hour": "%Y-%m-%d %H:%M", "day": "%Y-%m-%d", "week": "%G-W%V", "month": "%Y-%m"}


def show(screen: Console, found: Trend, versions: Mapping[str, Versions]) -> None:
    """Print the trend."""
    if len(found.series) == 1:
        _show_one(screen, found, found.series[0])
    else:
        _show_many(screen, found)
    show_notes(screen, found, versions)


def show_notes(screen: Console, found: Trend, versions: Mapping[str, Versions]) -> None:
    """Print what is to be known about the rows."""
    for line in (*_notes(found), *_spike_notes(found)):
        screen.print(Text(plain(line), style="dim"), soft_wrap=True)
    for note in notes(versions.values()):
        screen.print(note, soft_wrap=True)


def _show_one(screen: Console, found: Trend, series: Series) -> None:
    figures = ["share", *(["corrected"] if found.panel else []), "articles", "stories", "of", "sources"]
    rows = [_row(found, series, bucket) for bucket in series.buckets]
    taken = sum(map(width, zip([found.interval, *figures], *rows, strict=True)))
    bars = _bars(series, min(_BAR, max(1, screen.width - taken - 1)))
    lines = [[when, share, bar, *counts] for (when, share, *counts), bar in zip(rows, bars, strict=True)]
    columns = [found.interval, *figures[:1], "", *figures[1:]]
    screen.print(table(_label(series, alone=False), columns, lines, right=figures, whole=[found.interval]))


def _row(found: Trend, series: Series, bucket: Bucket) -> list[str]:
    corrected = [_percent(bucket.corrected)] if found.panel else []
    counts = [bucket.articles, bucket.stories, bucket.total, bucket.sources]
    return [_when(found, series, bucket), _percent(bucket.share), *corrected, *map(str, counts)]


def _bars(series: Series, longest: int) -> list[str]:
    most = max((bucket.share or 0 for bucket in series.buckets), default=0)
    return ["█" * round(longest * (bucket.share or 0) / most) if most else "" for bucket in series.buckets]


def _show_many(screen: Console, found: Trend) -> None:
    """Print the series side by side, in as many tables one below the other as the screen's width asks for."""
    when = [f"{bucket.start:{_FORMS[found.interval]}}{_marks(bucket)}" for bucket in found.series[0].buckets]
    alone = len({series.name for series in found.series}) == 1
    columns = [
        [_label(series, alone=alone), *(_cell(found, series, bucket) for bucket in series.buckets)]
        for series in found.series
    ]
    title = "share corrected for gaps (articles)" if found.panel else "share (articles)"
    for number, group in enumerate(fitting(columns, screen.width - width([found.interval, *when]))):
        if number:
            screen.print()
        names, *rows = zip(*group, strict=True)
        lines = [[start, *cells] for start, cells in zip(when, rows, strict=True)]
        screen.print(table(title, [found.interval, *names], lines, right=names, whole=[found.interval]))


def _cell(found: Trend, series: Series, bucket: Bucket) -> str:
    share = bucket.corrected if found.panel else bucket.share
    return f"{_percent(share)} ({bucket.articles:,}){' ▲' if has_spike(series, bucket) else '  '}"


def _label(series: Series, *, alone: bool) -> str:
    """Return the name of a series, or of its part alone where all are parts of one."""
    if series.part is WHOLE:
        return series.name
    return series.part.label if alone else f"{series.name}: {series.part.label}"


def _when(found: Trend, series: Series, bucket: Bucket) -> str:
    spike = " ▲" if has_spike(series, bucket) else ""
    return f"{bucket.start:{_FORMS[found.interval]}}{_marks(bucket)}{spike}"


def _marks(bucket: Bucket) -> str:
    return (" …" if bucket.partial else "") + (" !" if any(gap.whole for gap in bucket.gaps) else "")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _notes(found: Trend) -> Iterator[str]:
    buckets = found.series[0].buckets
    if any(bucket.partial for bucket in buckets):
        yield "… this one is not over yet"
    yield from _gap_notes(buckets, found.interval)
    if found.panel:
        yield _panel_note(found.panel)
    for series in found.series:
        if series.part is WHOLE and series.undated:
            yield f"left out of every row: {articles(series.undated)} of {series.name} without a known date"
        if series.part is WHOLE and series.day_only:
            yield f"left out of every hour: {articles(series.day_only)} of {series.name} of which only the day is known"


def _gap_notes(buckets: Sequence[Bucket], interval: Interval) -> Iterator[str]:
    whole = Counter(gap.source for bucket in buckets for gap in bucket.gaps if gap.whole)
    partly = Counter(gap.source for bucket in buckets for gap in bucket.gaps if not gap.whole)
    if whole:
        nothing = "nothing came" if interval in ("hour", "day") else "on some days nothing came"
        yield f"! not everything was collected: {nothing} from {_listed(whole, interval)}; see --corrected"
    if partly:
        yield f"some feeds were silent while others of the same source delivered: {_listed(partly, interval)}"


def _listed(sources: Counter[str], interval: Interval) -> str:
    named = [f"{source} (in {counted(number, interval)})" for source, number in sources.most_common(_NAMED)]
    more = f" and {len(sources) - _NAMED} more" if len(sources) > _NAMED else ""
    return ", ".join(named) + more


def _panel_note(panel: Panel) -> str:
    number = len(panel.sources)
    said = f"corrected: over the {counted(number, 'source')} that delivered throughout"
    if not panel.left_out:
        return said
    left_out = [f"{source} ({why})" for source, why in sorted(panel.left_out.items())]
    more = f" and {len(left_out) - _NAMED} more" if len(left_out) > _NAMED else ""
    return f"{said}; left out: {', '.join(left_out[:_NAMED])}{more}"


def _spike_notes(found: Trend) -> Iterator[str]:
    for series in found.series:
        for spike in series.spikes:
            yield f"▲ {series.name}, {_days(spike)}: {_measure(spike)}; `parley why` says why"


def _measure(spike: Spike) -> str:
    odds = f"1 in {1 / spike.chance:,.0f}" if spike.chance > 1e-9 else "less than 1 in a billion"
    return f"{spike.stories:,} stories where {spike.expected:.1f} are usual, {spike.times:.1f} times, by chance {odds}"


def _days(spike: Spike) -> str:
    return f"{spike.start}" if spike.start == spike.end else f"{spike.start} to {spike.end}"
