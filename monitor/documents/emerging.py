"""Words and phrases whose stories rose."""

from __future__ import annotations

from monitor.documents.articles import RelatedArticleDocument
from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.versions import VersionsDocument


class EmergingPhraseDocument(Document):
    """A word or phrase whose stories rose against its own past."""

    phrase: str = described("the phrase as stories most often write it", example="humanitarian corridor")
    language: str | None = described("language of the stories; null for those of unknown language", example="en")
    query: str = described("query for it in all its forms", example='"humanitarian corridor"')
    also: tuple[str, ...] = described("other risen phrases of mostly the same stories", example=["border crossing"])
    stories: int = described("stories of the range that have it", example=12)
    sources: int = described("their sources", example=7)
    expected: float = described("stories usual in a range of this length", example=0.4, unit="stories")
    times: float | None = described("stories / expected; null where it was never seen before", example=30.0)
    chance: float = described(
        "probability of so many without a reason, not corrected for the number of candidates",
        example=0.0000012,
        unit="probability, 0 to 1",
    )
    newest: tuple[RelatedArticleDocument, ...] = described("its newest stories", example=[])


class EmergingDocument(Document):
    """What is new in a range, outside all themes or inside one."""

    start: Moment = described("first moment of the range", example="2026-11-19T18:10:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-26T18:10:00+00:00")
    timezone: str = described("time zone of these moments", example="UTC")
    theme: str | None = described("id of the theme; null for what no theme has", example=None)
    scope: str | None = described("query that it was looked for within; null for every article", example=None)
    stories: int = described("stories of the range", example=2140)
    read: int = described("how many of them were read for candidates", example=2140)
    past_stories: int = described("stories of the past that they are compared with", example=25010)
    past_start: Moment | None = described(
        "start of that past; null where there is too little of it to compare", example="2026-08-27T18:10:00+00:00"
    )
    new_sources: tuple[str, ...] = described(
        "sources that wrote nothing in the past; their articles are left out", example=[]
    )
    candidates: int = described("words and phrases that were compared", example=1840)
    level: float = described(
        "expected part of the phrases that is false, at most", example=0.05, unit="fraction, 0 to 1"
    )
    phrases: tuple[EmergingPhraseDocument, ...] = described("what rose, the surest first", example=[])
    versions: VersionsDocument = described("the versions of the themes it was counted with", example={})
    searchable: SearchableDocument | None = searchable()
