"""Documents about explanations: how the articles of a range differ from those of the weeks before."""

from __future__ import annotations

from typing import Literal

from monitor.documents.articles import RelatedArticleDocument
from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import QueryDiagnosticDocument
from monitor.documents.versions import VersionsDocument

_EXPECTED = "how many there would be were it as frequent as in what the span is compared with"
_TIMES = "how many times as frequent; null where what the span is compared with has none"
_G2 = "log-likelihood ratio of the difference: 6.63 comes by chance once in a hundred"
_LOG_RATIO = "binary logarithm of how many times as frequent; half an article is used in place of none"
_IDS = "ids of the newest articles that show it"


class KeyWordDocument(Document):
    """A word that is more frequent than expected."""

    word: str = described("the word in its most frequent form", example="summit")
    language: str | None = described("language of the stories it is counted in, ISO 639-1", example="en")
    forms: tuple[str, ...] = described("forms that are counted as the same word", example=["summit", "summits"])
    stories: int = described("stories of the range that contain it", example=16)
    expected: float = described(_EXPECTED, example=1.9, unit="stories")
    times: float | None = described(_TIMES, example=7.0)
    g2: float = described(_G2, example=28.4)
    log_ratio: float = described(_LOG_RATIO, example=2.8)
    ids: tuple[str, ...] = described(_IDS, example=["f066061f8a2c4e1b"])


class KeySourceDocument(Document):
    """A source with more articles per day than in the weeks before."""

    source: str = described("id of the source", example="bbc")
    articles: int = described("its articles in the range", example=13)
    expected: float = described(_EXPECTED, example=1.9, unit="articles")
    times: float | None = described(_TIMES, example=7.0)
    g2: float = described(_G2, example=28.4)
    log_ratio: float = described(_LOG_RATIO, example=2.8)
    ids: tuple[str, ...] = described(_IDS, example=["f066061f8a2c4e1b"])


class KeyThemeDocument(Document):
    """Another theme that contains more of the stories than expected."""

    theme: str = described("id of the theme", example="negotiations")
    stories: int = described("stories of the range that belong to it", example=24)
    expected: float = described(_EXPECTED, example=1.9, unit="stories")
    times: float | None = described(_TIMES, example=7.0)
    g2: float = described(_G2, example=28.4)
    log_ratio: float = described(_LOG_RATIO, example=2.8)
    ids: tuple[str, ...] = described(_IDS, example=["f066061f8a2c4e1b"])


class TopStoryDocument(RelatedArticleDocument):
    """One of the stories with the most copies in the range."""

    articles: int = described("articles of the range with its text, including the story itself", example=6)
    words: int = described("number of the more frequent words that it contains", example=4)


class ComparedDocument(Document):
    """What the stories of the range are compared with."""

    basis: Literal["weeks_before", "rest_of_span"] = described(
        "the same theme or query in the weeks before or, where it had too few stories then, all other stories of the span",
        example="weeks_before",
    )
    start: Moment = described("first moment", example="2026-08-20T00:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-12T00:00:00+00:00")
    stories: int = described("stories in it", example=504)


class ExplanationDocument(Document):
    """How the stories of a range differ from those of the weeks before."""

    theme: str = described("id of the theme, or name of the query", example="truce")
    start: Moment = described("first moment of the range", example="2026-11-19T00:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-20T00:00:00+00:00")
    timezone: str = described("time zone of these moments", example="UTC")
    scope: str | None = described("query that restricts what is counted; null for every article", example=None)
    stories: int = described("stories of the range", example=30)
    expected: float | None = described(
        "stories expected in a range of this length; null where the weeks before have too few stories",
        example=6.0,
        unit="stories",
    )
    compared_with: ComparedDocument = described("what they are compared with", example={})
    words: tuple[KeyWordDocument, ...] = described("words that are more frequent, the most certain first", example=[])
    top_stories: tuple[TopStoryDocument, ...] = described("stories with the most copies", example=[])
    sources: tuple[KeySourceDocument, ...] = described(
        "sources with more articles a day; none where the weeks before have too few stories to say", example=[]
    )
    themes: tuple[KeyThemeDocument, ...] = described(
        "other themes that contain more of the stories than expected", example=[]
    )
    versions: VersionsDocument = described("the versions of the themes it was counted with", example={})
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the queries", example=[])
