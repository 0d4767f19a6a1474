"""Trends for programs: one JSON document, or one CSV row per bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from indexer.spikes import Spike
from indexer.splits import WHOLE
from indexer.trends import Bucket, Series, Trend
from indexer.versions import ThemeVersion

COLUMNS = (
    *("interval", "theme", "split", "value", "start", "end", "articles", "stories", "total", "share", "corrected"),
    *("sources", "partial", "silent_sources", "spike", "version"),
)


@dataclass(frozen=True, slots=True)
class Version:
    """The version of a theme that its tags were made with, as far as it concerns a range.

    Attributes:
        number: of the newest version; every bucket is counted with it.
        changes: versions that came up within the range; what was shown before each was counted with an earlier one.
        sweeping: whether tags are still being brought up to it.
    """

    number: int
    changes: tuple[ThemeVersion, ...]
    sweeping: bool


def version(history: list[ThemeVersion], start: datetime, end: datetime) -> Version | None:
    """Return what a theme's history means for a range; None for a theme that no indexer has seen."""
    if not history:
        return None
    changes = tuple(each for each in history[1:] if start < each.recorded <= end)
    return Version(history[-1].version, changes, history[-1].swept is None)


def document(found: Trend, versions: Mapping[str, Version], scope: str | None) -> dict[str, object]:
    """Return the trend as one document."""
    panel = found.panel
    return {
        "interval": found.interval,
        "from": found.start,
        "to": found.end,
        "timezone": str(found.start.tzinfo),
        "scope": scope,
        "panel": None if panel is None else {"sources": sorted(panel.sources), "left_out": dict(panel.left_out)},
        "series": [_series(series, versions.get(series.name)) for series in found.series],
    }


def rows(found: Trend, versions: Mapping[str, Version]) -> Iterator[list[object]]:
    """Yield one row per bucket and series, under `COLUMNS`."""
    for series in found.series:
        used = versions.get(series.name)
        for bucket in series.buckets:
            silent = " ".join(gap.source for gap in bucket.gaps if gap.whole)
            yield [
                *(found.interval, series.name, series.part.by, series.part.label, bucket.start, bucket.end),
                *(bucket.articles, bucket.stories, bucket.total, bucket.share, bucket.corrected, bucket.sources),
                *(bucket.partial, silent, has_spike(series, bucket), used.number if used else None),
            ]


def has_spike(series: Series, bucket: Bucket) -> bool:
    """Say whether a day of a spike lies in the bucket, or the bucket in it."""
    last = (bucket.end - timedelta(microseconds=1)).date()
    return any(spike.start <= last and bucket.start.date() <= spike.end for spike in series.spikes)


def _series(series: Series, used: Version | None) -> dict[str, object]:
    part = series.part
    return {
        "theme": series.name,
        "split": None if part is WHOLE else {"by": part.by, "value": part.value, "label": part.label},
        "version": used.number if used else None,
        "version_changes": [_change(each) for each in used.changes] if used else [],
        "sweeping": used.sweeping if used else False,
        "undated": series.undated,
        "day_only": series.day_only,
        "spikes": [_spike(spike) for spike in series.spikes],
        "buckets": [_bucket(bucket) for bucket in series.buckets],
    }


def _change(change: ThemeVersion) -> dict[str, object]:
    return {"version": change.version, "recorded": change.recorded, "added": change.added, "removed": change.removed}


def _spike(spike: Spike) -> dict[str, object]:
    return asdict(spike) | {"times": spike.times}


def _bucket(bucket: Bucket) -> dict[str, object]:
    return {
        "start": bucket.start,
        "articles": bucket.articles,
        "stories": bucket.stories,
        "total": bucket.total,
        "share": bucket.share,
        "corrected": bucket.corrected,
        "sources": bucket.sources,
        "partial": bucket.partial,
        "gaps": [asdict(gap) for gap in bucket.gaps],
    }
