"""Trends: themes and queries over time, as share of everything that matches the scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from config.errors import WrongArgument
from indexer.query.tree import Between, all_of, any_of
from indexer.trends import series as counting
from indexer.trends.calendar import DEFAULT_SPAN, Interval, edges_between
from indexer.trends.gaps import Panel
from indexer.trends.series import Bucket, Series
from indexer.trends.spikes import Sensitivity, Spike
from indexer.trends.splits import WHOLE, By, split_parts
from monitor.app import App
from monitor.documents.trends import (
    BucketDocument,
    GapDocument,
    PanelDocument,
    SeriesDocument,
    SpikeDocument,
    SplitDocument,
    TrendDocument,
)
from monitor.documents.versions import VersionsDocument
from monitor.services.completeness import searchable
from monitor.services.questions import Questions, resolve
from monitor.services.theme_versions import format_versions, versions_of
from monitor.services.times import parse_span

LARGEST = 8  # groups of a split that have a series
COLUMNS = (
    *("interval", "theme", "split", "value", "start", "end", "articles", "stories", "total", "share", "corrected"),
    *("sources", "partial", "silent_sources", "spike", "version", "version_changes"),
)


def trend(
    app: App,
    *,
    themes: Sequence[str] = (),
    queries: Mapping[str, str] | None = None,
    interval: Interval = "day",
    since: str | None = None,
    until: str | None = None,
    scope: str | None = None,
    split: By | None = None,
    largest: int = LARGEST,
    corrected: bool = False,
    sensitivity: Sensitivity = "medium",
) -> TrendDocument:
    """Return themes and queries over time; all themes where neither is given.

    Args:
        themes: ids of themes.
        queries: name → text of a query.
        interval: width of a bucket.
        since: start of the range, as people write it: `2026-11-01`, `7d`; a span that suits the interval without it.
        until: last day or moment of the range; now without it.
        scope: query that the shares are shares of; every article without it.
        split: adds a series for each of the largest groups, and one for the rest.
        largest: number of groups that have a series, 1 or more.
        corrected: whether to give the share over the sources that delivered throughout.
        sensitivity: how readily spikes are reported.

    Raises:
        NotFound: there is no such theme.
        QueryError: a query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    if largest < 1:
        raise WrongArgument(f"a split has 1 group or more, not {largest}", field="largest")
    now = datetime.now(UTC)
    questions = resolve(app, themes, queries or {}, scope)
    start, end = parse_span(since, until, now=now, zone=app.zone, default=DEFAULT_SPAN[interval])
    edges = edges_between(start, end, interval, app.zone)
    within = all_of(any_of(*questions.nodes.values()), questions.scope, Between("published", edges[0], edges[-1]))
    counted = counting.trend(
        app.engine,
        questions.nodes,
        interval=interval,
        since=start,
        until=end,
        zone=app.zone,
        now=now,
        scope=questions.scope,
        parts=split_parts(app.engine, within, split, app.sources, largest) if split else (),
        cover=app.coverage,
        corrected=corrected,
        sensitivity=sensitivity,
    )
    versions = _versions(app, questions, counted.start, counted.end)
    return TrendDocument(
        interval=interval,
        start=counted.start,
        end=counted.end,
        timezone=app.zone.key,
        scope=scope,
        panel=_panel(counted.panel),
        series=tuple(_series(one, versions[one.name]) for one in counted.series),
        searchable=searchable(app),
        diagnostics=questions.diagnostics,
    )


def rows(trend: TrendDocument) -> Iterator[list[object]]:
    """Yield one row per bucket and series, under `COLUMNS`."""
    for series in trend.series:
        split = series.split
        for bucket in series.buckets:
            silent = " ".join(gap.source for gap in bucket.gaps if gap.whole)
            inside = (change for change in series.versions.changes if bucket.start < change.recorded <= bucket.end)
            changes = {change.theme: change.version for change in inside}
            yield [
                *(trend.interval, series.theme, split and split.by, split.label if split else ""),
                *(bucket.start, bucket.end, bucket.articles, bucket.stories, bucket.total, bucket.share),
                *(bucket.corrected, bucket.sources, bucket.partial, silent, bucket.spike),
                *(_version(series), format_versions(changes)),
            ]


def _version(series: SeriesDocument) -> int | str | None:
    """Return the version of the theme that the series is, or all versions with their themes."""
    versions = series.versions.themes
    return versions[series.theme] if versions.keys() == {series.theme} else format_versions(versions) or None


def _versions(app: App, questions: Questions, start: datetime, end: datetime) -> dict[str, VersionsDocument]:
    return {
        name: versions_of(app, node, questions.scope, start=start, end=end) for name, node in questions.nodes.items()
    }


def _panel(panel: Panel | None) -> PanelDocument | None:
    if panel is None:
        return None
    return PanelDocument(sources=tuple(sorted(panel.sources)), left_out=dict(sorted(panel.left_out.items())))


def _series(series: Series, versions: VersionsDocument) -> SeriesDocument:
    part = series.part
    return SeriesDocument(
        theme=series.name,
        split=None if part is WHOLE else SplitDocument(by=part.by, value=part.value, label=part.label),
        versions=versions,
        undated=series.undated,
        day_only=series.day_only,
        spikes=tuple(map(_spike, series.spikes)),
        buckets=tuple(_bucket(bucket, series.spikes) for bucket in series.buckets),
    )


def _spike(spike: Spike) -> SpikeDocument:
    return SpikeDocument(
        start=spike.start,
        end=spike.end,
        detected=spike.detected,
        peak=spike.peak,
        stories=spike.stories,
        expected=spike.expected,
        times=spike.times,
        chance=spike.chance,
    )


def _bucket(bucket: Bucket, spikes: Sequence[Spike]) -> BucketDocument:
    return BucketDocument(
        start=bucket.start,
        end=bucket.end,
        articles=bucket.articles,
        stories=bucket.stories,
        total=bucket.total,
        share=bucket.share,
        corrected=bucket.corrected,
        sources=bucket.sources,
        partial=bucket.partial,
        spike=bucket.articles > 0 and any(_overlap(bucket, spike) for spike in spikes),
        gaps=tuple(GapDocument(source=gap.source, feeds=gap.feeds, whole=gap.whole) for gap in bucket.gaps),
    )


def _overlap(bucket: Bucket, spike: Spike) -> bool:
    """Return whether the spike and the bucket overlap."""
    last = (bucket.end - timedelta(microseconds=1)).date()
    return spike.start <= last and bucket.start.date() <= spike.end
