"""Trends for programs: one JSON document, or one CSV row per bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import timedelta

from indexer.trends.series import Bucket, Series, Trend
from indexer.trends.spikes import Spike
from indexer.trends.splits import WHOLE
from monitor.services import theme_versions
from monitor.services.theme_versions import Versions

COLUMNS = (
    *("interval", "theme", "split", "value", "start", "end", "articles", "stories", "total", "share", "corrected"),
    *("sources", "partial", "silent_sources", "spike", "version", "version_changes"),
)


def document(found: Trend, versions: Mapping[str, Versions], scope: str | None) -> dict[str, object]:
    """Return the trend as one document."""
    panel = found.panel
    return {
        "interval": found.interval,
        "from": found.start,
        "to": found.end,
        "timezone": str(found.start.tzinfo),
        "scope": scope,
        "panel": None if panel is None else {"sources": sorted(panel.sources), "left_out": dict(panel.left_out)},
        "series": [_series(series, versions[series.name]) for series in found.series],
    }


def rows(found: Trend, versions: Mapping[str, Versions]) -> Iterator[list[object]]:
    """Yield one row per bucket and series, under `COLUMNS`."""
    for series in found.series:
        used = versions[series.name]
        for bucket in series.buckets:
            silent = " ".join(gap.source for gap in bucket.gaps if gap.whole)
            changes = {each.theme: each.version for each in used.changes if bucket.start < each.recorded <= bucket.end}
            yield [
                *(found.interval, series.name, series.part.by, series.part.label, bucket.start, bucket.end),
                *(bucket.articles, bucket.stories, bucket.total, bucket.share, bucket.corrected, bucket.sources),
                *(bucket.partial, silent, has_spike(series, bucket), _numbers(used), theme_versions.listed(changes)),
            ]


def has_spike(series: Series, bucket: Bucket) -> bool:
    """Say whether a day of a spike lies in the bucket, or the bucket in it."""
    last = (bucket.end - timedelta(microseconds=1)).date()
    return any(spike.start <= last and bucket.start.date() <= spike.end for spike in series.spikes)


def _numbers(used: Versions) -> int | str | None:
    return used.own if used.own and len(used.all) == 1 else theme_versions.listed(used.all)


def _series(series: Series, used: Versions) -> dict[str, object]:
    part = series.part
    return {
        "theme": series.name,
        "split": None if part is WHOLE else {"by": part.by, "value": part.value, "label": part.label},
        **theme_versions.document(used),
        "undated": series.undated,
        "day_only": series.day_only,
        "spikes": [_spike(spike) for spike in series.spikes],
        "buckets": [_bucket(bucket) for bucket in series.buckets],
    }


def _spike(spike: Spike) -> dict[str, object]:
    return asdict(spike) | {"times": spike.times}


def _bucket(bucket: Bucket) -> dict[str, object]:
    return {
        "start": bucket.start,
        "end": bucket.end,
        "articles": bucket.articles,
        "stories": bucket.stories,
        "total": bucket.total,
        "share": bucket.share,
        "corrected": bucket.corrected,
        "sources": bucket.sources,
        "partial": bucket.partial,
        "gaps": [asdict(gap) for gap in bucket.gaps],
    }
