"""Who leads whom, and who is first to publish what others copy."""

from __future__ import annotations

from indexer.trends.splits import Among, LeadInterval
from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.documents.versions import VersionsDocument


class LeadDocument(Document):
    """Two groups and how one follows the other."""

    first: str = described("the group that is earlier, if one is", example="wire")
    second: str = described("the other one", example="state")
    leads: bool = described("whether the first surely leads: the whole interval of the lag is above zero", example=True)
    related: bool = described("whether the two move together, at any lag, more than chance explains", example=True)
    lag: int = described("buckets by which the second follows", example=2, unit="buckets")
    lag_low: int = described("lower end of the 90 % interval of the lag", example=1, unit="buckets")
    lag_high: int = described("upper end of it", example=3, unit="buckets")
    correlation: float = described(
        "correlation at that lag of the series without season, trend and memory", example=0.41
    )
    chance: float = described(
        "probability of so large a correlation at any lag between unrelated series, not corrected for the number of pairs",
        example=0.0005,
        unit="probability, 0 to 1",
    )


class CopyingDocument(Document):
    """A group of sources as first publishers, and as those who copy."""

    group: str = described("the class, country or language", example="wire")
    copied: int = described("stories it was first to publish and another source copied", example=41)
    copied_after: float | None = described(
        "median time until another source first copied them; null where no time is known to the second",
        example=2820.0,
        unit="seconds",
    )
    copied_timed: int = described("how many of them that time is known of", example=38)
    copies: int = described("copies its sources published of stories of other sources", example=12)
    copies_after: float | None = described(
        "median time after the story at which they did; null where no time is known to the second",
        example=5400.0,
        unit="seconds",
    )
    copies_timed: int = described("how many of them that time is known of", example=12)


class LeadsDocument(Document):
    """Which of several groups lead others."""

    among: Among = described("what the groups are", example="class")
    theme: str | None = described(
        "the theme, or name of the query, that is followed; null where themes are compared", example="truce"
    )
    interval: LeadInterval = described("width of a bucket", example="day")
    start: Moment = described("start of the first bucket", example="2026-05-30T00:00:00+00:00")
    end: Moment = described("end of the last bucket that is complete", example="2026-11-26T00:00:00+00:00")
    timezone: str = described("time zone in which buckets begin", example="UTC")
    scope: str | None = described("query that restricts what is counted; null for every article", example=None)
    buckets: int = described("number of buckets", example=180)
    least_buckets: int = described(
        "number of buckets that it takes to compare; with fewer there are no pairs", example=56
    )
    most_lag: int = described("largest lag that was looked at, in both directions", example=14, unit="buckets")
    groups: dict[str, int] = described("group → its articles, of those compared", example={"wire": 410, "state": 380})
    left_out: dict[str, int] = described("group → its articles, of those with too few", example={"military": 4})
    least_articles: int = described("articles that it takes to be compared", example=30)
    pairs: tuple[LeadDocument, ...] = described("every two groups, the surest first", example=[])
    copying: tuple[CopyingDocument, ...] = described(
        "who was first to publish what others copied; empty for themes", example=[]
    )
    versions: VersionsDocument = described("the versions of the themes it was counted with", example={})
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the queries", example=[])
