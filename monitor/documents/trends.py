"""Documents about trends: counts over time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from indexer.trends.calendar import Interval
from indexer.trends.gaps import Absence
from indexer.trends.splits import By
from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.frames import frame
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.documents.versions import VersionsDocument

if TYPE_CHECKING:
    from pandas import DataFrame


class GapDocument(Document):
    """A source that did not deliver in a bucket as expected."""

    source: str = described("id of the source", example="bbc")
    feeds: tuple[str, ...] = described("ids of its silent feeds", example=["bbc/world"])
    whole: bool = described("whether no other feed of the source delivered", example=True)


class BucketDocument(Document):
    """Counts between two edges in time."""

    start: Moment = described("first moment, in the time zone of the document", example="2026-11-20T00:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-21T00:00:00+00:00")
    articles: int = described("matching articles", example=12)
    stories: int = described("matching articles that are not copies", example=9)
    total: int = described("all articles of the scope, matching or not", example=240)
    share: float | None = described(
        "articles / total; null where nothing was collected", example=0.05, unit="fraction, 0 to 1"
    )
    corrected: float | None = described(
        "the share over the sources that delivered throughout; null unless requested, or where they have no article",
        example=0.048,
        unit="fraction, 0 to 1",
    )
    sources: int = described("sources with at least one article of the scope", example=31)
    partial: bool = described("whether the bucket is still in progress, so that its counts will grow", example=False)
    spike: bool = described("whether it has matching articles and overlaps a spike", example=True)
    gaps: tuple[GapDocument, ...] = described("sources that did not deliver", example=[])


class SpikeDocument(Document):
    """A run of days with more stories than the weeks before explain."""

    start: date = described("first day", example="2026-11-18")
    end: date = described("last day", example="2026-11-19")
    detected: date = described("first day on which it could be detected", example="2026-11-18")
    peak: date = described("day with the most stories above the expected number", example="2026-11-18")
    stories: int = described("stories from start to end", example=21)
    expected: float = described("stories expected on these days", example=1.8, unit="stories")
    times: float = described("stories / expected", example=11.7)
    chance: float = described(
        "probability of so many stories without a reason", example=0.00002, unit="probability, 0 to 1"
    )


class SplitDocument(Document):
    """The part of a theme or query that a series of a split counts."""

    by: By | None = described("what the trend is split by", example="class")
    value: str | None = described("the value; null for the rest, all values without a series", example="state")
    label: str = described("the value as people write it", example="state")


_COLUMNS = (*(name for name in BucketDocument.model_fields if name != "gaps"), "silent_sources")


def _row(bucket: BucketDocument) -> dict[str, object]:
    silent = tuple(gap.source for gap in bucket.gaps if gap.whole)
    return {**dict(bucket), "silent_sources": silent}


class SeriesDocument(Document):
    """One theme or query over time, or one part of it."""

    theme: str = described("id of the theme, or name of the query", example="truce")
    split: SplitDocument | None = described("the part; null for the whole", example=None)
    versions: VersionsDocument = described("the versions of the themes it was counted with", example={})
    undated: int = described("matching articles without a known date, in no bucket", example=3, unit="articles")
    day_only: int = described(
        "matching articles in no hour because only their day is known; 0 unless the interval is an hour",
        example=0,
        unit="articles",
    )
    spikes: tuple[SpikeDocument, ...] = described(
        "days that stand out; only for series that are not a part of a split", example=[]
    )
    buckets: tuple[BucketDocument, ...] = described("the counts, oldest first, zeros included", example=[])

    def to_frame(self) -> DataFrame:
        """Return the buckets as a pandas frame, one row each, by their start.

        Raises:
            Refused: pandas is not installed.
        """
        return frame(map(_row, self.buckets), _COLUMNS).set_index("start")


class PanelDocument(Document):
    """The sources that delivered throughout a range, and those that did not."""

    sources: tuple[str, ...] = described("ids of the sources that delivered throughout", example=["bbc", "tass"])
    left_out: dict[str, Absence] = described("id of each excluded source → the reason", example={"nato": "new"})


class TrendDocument(Document):
    """Themes and queries over time, in the same buckets."""

    interval: Interval = described("width of a bucket", example="day")
    start: Moment = described("start of the first bucket", example="2026-10-28T00:00:00+00:00")
    end: Moment = described("end of the last bucket", example="2026-11-27T00:00:00+00:00")
    timezone: str = described("time zone in which buckets begin", example="UTC")
    scope: str | None = described("query that the shares are shares of; null for every article", example="class:state")
    steady: bool = described("whether only the sources that delivered throughout the range are counted", example=False)
    panel: PanelDocument | None = described(
        "sources of the corrected shares, or of everything if `steady`; null unless requested", example=None
    )
    series: tuple[SeriesDocument, ...] = described("the series, in the order requested", example=[])
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the queries", example=[])

    def to_frame(self) -> DataFrame:
        """Return the buckets of all series as a pandas frame, one row each, with the theme and the part of a split.

        Raises:
            Refused: pandas is not installed.
        """
        rows = (
            {"theme": series.theme, "value": series.split.label if series.split else None, **_row(bucket)}
            for series in self.series
            for bucket in series.buckets
        )
        return frame(rows, ("theme", "value", *_COLUMNS))
