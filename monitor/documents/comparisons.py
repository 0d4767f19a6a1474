"""Documents about comparisons of themes and queries over one range."""

from __future__ import annotations

from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.documents.versions import VersionsDocument


class VoiceDocument(Document):
    """One theme or query over the range."""

    theme: str = described("id of the theme, or name of the query", example="truce")
    articles: int = described("matching articles", example=120)
    stories: int = described("matching articles that are not copies", example=88)
    share: float | None = described(
        "articles / total; null where nothing was collected", example=0.05, unit="fraction, 0 to 1"
    )
    share_before: float | None = described(
        "the share in the preceding range of the same length; null where nothing was collected then",
        example=0.04,
        unit="fraction, 0 to 1",
    )
    articles_before: int = described("matching articles in that preceding range", example=96)
    g2: float = described(
        "log-likelihood ratio of the change of the share, negative for a fall; above 6.63 or below -6.63, chance brings it less "
        "than once in a hundred",
        example=9.1,
    )
    share_of_voice: float | None = described(
        "articles / the sum of the articles of all themes and queries; null where there are none",
        example=0.21,
        unit="fraction, 0 to 1",
    )
    versions: VersionsDocument = described("the versions of the themes it was counted with", example={})


class PairDocument(Document):
    """Two themes or queries and their overlap."""

    themes: tuple[str, str] = described("the two names", example=["truce", "negotiations"])
    articles: int = described("articles that match both", example=44)
    lift: float | None = described(
        "how many times as many as if the two were independent; null where too few articles match to say",
        example=2.3,
    )
    overlap: float | None = described(
        "articles that match both / articles that match either; null where none does",
        example=0.18,
        unit="fraction, 0 to 1",
    )
    g2: float = described(
        "log-likelihood ratio of their coming together, negative where they do so less often than by chance; above 6.63 or below "
        "-6.63, chance brings it less than once in a hundred",
        example=12.4,
    )


class ComparisonDocument(Document):
    """Themes and queries compared with one another."""

    start: Moment = described("first moment of the range", example="2026-10-27T14:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-26T14:00:00+00:00")
    timezone: str = described("time zone of these moments", example="UTC")
    scope: str | None = described("query that the shares are shares of; null for every article", example="class:state")
    total: int = described("all articles of the scope in the range", example=2400, unit="articles")
    total_before: int = described(
        "all articles of the scope in the preceding range of the same length", example=2310, unit="articles"
    )
    articles: int = described("those that match at least one of the themes and queries", example=570)
    themes: tuple[VoiceDocument, ...] = described("each theme and query, in the order requested", example=[])
    pairs: tuple[PairDocument, ...] = described("each pair of them once", example=[])
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the queries", example=[])
