"""Trends: themes and queries over time, as share of everything that matches the scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from config.errors import WrongArgument
from indexer.query.tree import Between, all_of, any_of
from indexer.trends import series as counting
from indexer.trends.calendar import DEFAULT_SPAN, Interval, edges_between
from indexer.trends.series import Bucket, Series, Trend
from indexer.trends.spikes import Sensitivity, Spike
from indexer.trends.splits import WHOLE, By, split_parts
from monitor.app import App
from monitor.documents.completeness import SearchableDocument
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
from monitor.services.steady import panel_document, steady_in_buckets, with_gaps_of, within
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
    steady: bool = False,
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
        steady: whether to count only the sources that delivered in each day of the buckets, or each hour of hourly ones.
        sensitivity: how readily spikes are reported.

    Raises:
        NotFound: there is no such theme.
        QueryError: a query is invalid.
        WrongArgument: another argument is not usable.
        EngineError: the engine cannot be asked.
    """
    now = datetime.now(UTC)
    questions = resolve(app, themes, queries or {}, scope)
    start, end = parse_span(since, until, now=now, zone=app.zone, default=DEFAULT_SPAN[interval])
    panel = None
    if steady:
        panel = steady_in_buckets(app, questions.scope, start, end, interval)
        questions = resolve(app, themes, queries or {}, within(scope, panel))
    request = Counting(interval, start, end, now, split, largest, corrected, sensitivity)
    counted = count(app, questions, request)
    document = to_document(app, questions, counted, scope, versions(app, questions, counted), searchable(app))
    return _of_panel(document, panel) if panel else document


def _of_panel(trend: TrendDocument, panel: PanelDocument) -> TrendDocument:
    """Return a trend that was counted within a panel as one of its sources."""
    series = tuple(one.model_copy(update={"buckets": with_gaps_of(panel.sources, one.buckets)}) for one in trend.series)
    return trend.model_copy(update={"steady": True, "panel": panel, "series": series})


@dataclass(frozen=True, slots=True)
class Counting:
    """How questions are counted: arguments of `trend` with their times resolved, in UTC."""

    interval: Interval
    start: datetime
    end: datetime
    now: datetime
    split: By | None
    largest: int
    corrected: bool
    sensitivity: Sensitivity


def count(app: App, questions: Questions, request: Counting) -> Trend:
    """Count the questions.

    Raises:
        WrongArgument, EngineError: as in `trend`.
    """
    if request.largest < 1:
        raise WrongArgument(f"a split has 1 group or more, not {request.largest}", field="largest")
    edges = edges_between(request.start, request.end, request.interval, app.zone)
    within = all_of(any_of(*questions.nodes.values()), questions.scope, Between("published", edges[0], edges[-1]))
    return counting.trend(
        app.engine,
        questions.nodes,
        interval=request.interval,
        since=request.start,
        until=request.end,
        zone=app.zone,
        now=request.now,
        scope=questions.scope,
        parts=split_parts(app.engine, within, request.split, app.sources, request.largest) if request.split else (),
        cover=app.coverage,
        corrected=request.corrected,
        sensitivity=request.sensitivity,
    )


def to_document(
    app: App,
    questions: Questions,
    counted: Trend,
    scope: str | None,
    versions: Mapping[str, VersionsDocument],
    searchable: SearchableDocument | None,
) -> TrendDocument:
    """Return what was counted as programs read it.

    Args:
        versions: name of a question → the versions it was counted with.
        searchable: how many articles could be searched; None when all could.
    """
    return TrendDocument(
        interval=counted.interval,
        start=counted.start,
        end=counted.end,
        timezone=app.zone.key,
        scope=scope,
        steady=False,
        panel=panel_document(counted.panel) if counted.panel else None,
        series=tuple(_series(one, versions[one.name]) for one in counted.series),
        searchable=searchable,
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


def versions(app: App, questions: Questions, counted: Trend) -> dict[str, VersionsDocument]:
    """Return name of a question → the versions of its themes, and their changes within the trend's range."""
    return {
        name: versions_of(app, node, questions.scope, start=counted.start, end=counted.end)
        for name, node in questions.nodes.items()
    }


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
