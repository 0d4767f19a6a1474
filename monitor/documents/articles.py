"""Documents about articles: hits, articles in full, and the pages they were read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.sources import SourceClass
from crawler.page import PageKind, Precision
from indexer.article import PublishedFrom
from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.frames import frame
from monitor.documents.queries import AbsentWordDocument, DiagnosticDocument
from monitor.documents.versions import VersionsDocument

if TYPE_CHECKING:
    from pandas import DataFrame


class RelatedArticleDocument(Document):
    """An article as it is named beside another one or in a list."""

    id: str = described("id of the article", example="0b1c55a2e7f94d3c8a61f0e9d2b7c413")
    url: str = described("its address", example="https://wire.example/truce-talks")
    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    source: str = described("id of its source", example="reuters")
    published: Moment | None = described(
        "when it was published, UTC; noon where only the day is known; null when unknown",
        example="2026-11-20T09:12:00+00:00",
    )
    published_precision: Precision | None = described("how exact that is", example="second")


class PrecedenceDocument(Document):
    """By how much a story precedes a copy of it."""

    first: str = described("id of the story, which was published first", example="0b1c55a2e7f94d3c8a61f0e9d2b7c413")
    seconds: int = described("by how much it was first; 0 in the same second", example=1080, unit="seconds")
    is_exact: bool = described(
        "whether both were published at times known to the second; otherwise an unknown time counts as the end of the day, or "
        "as the time of collection if that is earlier",
        example=True,
    )


class CopyDocument(RelatedArticleDocument):
    """A copy of a story."""

    precedence: PrecedenceDocument = described("by how much the story was first", example={})


class HitDocument(Document):
    """An article in the results of a search."""

    id: str = described("id of the article, stable for its address", example="f066061f8a2c4e1b")
    url: str = described("address", example="https://news.example/truce-talks")
    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    published: Moment | None = described(
        "when it was published, UTC; noon where only the day is known; null when unknown",
        example="2026-11-20T09:30:00+00:00",
    )
    published_from: PublishedFrom = described("where that date comes from", example="json-ld")
    published_precision: Precision | None = described("how exact it is", example="second")
    updated: Moment | None = described(
        "when it was last changed, UTC; noon where only the day is known; null unless the page or feed gives a later time than "
        "that of publication",
        example="2026-11-20T11:05:00+00:00",
    )
    updated_precision: Precision | None = described("how exact the time of the change is", example="second")
    collected: Moment = described("when its page was first collected, UTC", example="2026-11-20T09:41:07+00:00")
    source: str = described("id of its source", example="bbc")
    source_name: str | None = described("name of its source; null when the source was removed", example="BBC News")
    source_class: SourceClass | None = described(
        "class of its source; null when the source was removed", example="independent", alias="class"
    )
    country: str | None = described("country of its source, ISO 3166-1 alpha-2", example="GB")
    language: str | None = described("language, ISO 639-1", example="en")
    themes: tuple[str, ...] = described("ids of the themes it is tagged with", example=["negotiations", "truce"])
    copy_of: str | None = described("id of the story that it is a copy of; null for a story", example=None)
    story: RelatedArticleDocument | None = described("that story; null for a story", example=None)
    precedence: PrecedenceDocument | None = described(
        "by how much that story was first; null for a story", example=None
    )
    copies: int = described("number of its copies; 0 for an article that is itself a copy", example=3)
    carries: tuple[str, ...] = described("ids of the stories it carries within a longer text of its own", example=[])
    carriers: int = described("longer articles that carry its text within their own; not counted as copies", example=1)
    snippet: str = described("excerpt of the text around the matching words", example="… a truce was agreed …")
    highlights: tuple[tuple[int, int], ...] = described(
        "start and end of each matching word in the snippet", example=[[4, 9]], unit="characters"
    )


class SearchDocument(Document):
    """One page of hits."""

    total: int = described("matching articles, on all pages", example=128)
    undated: int = described("matching articles outside the range because their date is unknown", example=2)
    hits: tuple[HitDocument, ...] = described("the hits of this page", example=[])
    next: int | None = described("cursor of the next page; null at the end", example=None)
    absent: tuple[AbsentWordDocument, ...] = described(
        "if nothing matches: words of the query that no article contains", example=[]
    )
    versions: VersionsDocument = described("the versions of the themes that the query names", example={})
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on the query", example=[])

    def to_frame(self) -> DataFrame:
        """Return the hits of this page as a pandas frame, one row each.

        Raises:
            Refused: pandas is not installed.
        """
        return frame(map(dict, self.hits), tuple(HitDocument.model_fields))


class ArticleDocument(Document):
    """An article in full; also one line of an export, which has these columns."""

    id: str = described("id of the article, stable for its address", example="f066061f8a2c4e1b90d3a7c5e2b14f68")
    url: str = described("address it was collected at", example="https://news.example/truce-talks")
    title: str | None = described("headline; null when the page has none", example="Truce talks resume")
    text: str = described("text, with paragraphs separated by newlines", example="Envoys met again on Friday.")
    authors: tuple[str, ...] = described("names of the authors", example=["A. Writer"])
    published: Moment | None = described(
        "when it was published, UTC; noon where only the day is known; null when unknown",
        example="2026-11-20T09:30:00+00:00",
    )
    published_from: PublishedFrom = described("where that date comes from", example="json-ld")
    published_precision: Precision | None = described("how exact it is", example="second")
    updated: Moment | None = described(
        "when it was last changed, UTC; noon where only the day is known; null unless the page or feed gives a later time than "
        "that of publication",
        example="2026-11-20T11:05:00+00:00",
    )
    updated_precision: Precision | None = described("how exact the time of the change is", example="second")
    collected: Moment = described("when its page was first collected, UTC", example="2026-11-20T09:41:07+00:00")
    source: str = described("id of its source", example="bbc")
    source_class: SourceClass | None = described(
        "class of its source; null when the source was removed", example="independent", alias="class"
    )
    country: str | None = described("country of its source, ISO 3166-1 alpha-2", example="GB")
    language: str | None = described("language, ISO 639-1", example="en")
    themes: tuple[str, ...] = described("ids of the themes it is tagged with", example=["negotiations", "truce"])
    copy_of: str | None = described("id of the story that it is a copy of; null for a story", example=None)
    carries: tuple[str, ...] = described("ids of the stories it carries within a longer text of its own", example=[])


class PageDocument(Document):
    """A stored page of an article: as first collected, or a revision."""

    number: int = described("number of the page in the archive", example=1204)
    collected: Moment = described("when it was collected, UTC", example="2026-11-20T09:41:07+00:00")
    kind: PageKind = described("how it was collected: fetched, or delivered by the feed itself", example="document")
    feed: str = described("id of the feed that listed it", example="bbc/1")
    state: str = described("`pending`, `indexed`, or the name of another outcome", example="indexed")
    explanation: str = described("the state in words, with the reason", example="indexed")


class FullArticleDocument(Document):
    """One article with all its details."""

    article: ArticleDocument = described("the article", example={})
    source_name: str | None = described("name of its source; null when the source was removed", example="BBC News")
    origins: dict[str, str] = described(
        "by field of the article, a sentence that says where its value comes from",
        example={"published": "from the page's JSON-LD, to the second"},
    )
    pages: tuple[PageDocument, ...] = described(
        "the pages kept of it, oldest first; all but one are revisions", example=[]
    )
    story: RelatedArticleDocument | None = described("the story that it is a copy of; null for a story", example=None)
    precedence: PrecedenceDocument | None = described(
        "by how much that story was first; null for a story", example=None
    )
    copies: int = described("number of its copies", example=3)
    carried_by: tuple[CopyDocument, ...] = described("the copies, newest first, at most 100", example=[])
    carries: tuple[RelatedArticleDocument, ...] = described(
        "the stories it carries within a longer text of its own", example=[]
    )
    carriers: int = described("longer articles that carry its text within their own; not counted as copies", example=1)
    carried_within: tuple[RelatedArticleDocument, ...] = described(
        "those longer articles, newest first, at most 100", example=[]
    )
