"""Documents about stories: articles with their copies folded under them."""

from __future__ import annotations

from monitor.documents.articles import CopyDocument, HitDocument
from monitor.documents.base import Document, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import AbsentWordDocument


class StoryDocument(Document):
    """A story in the results of a search, or the first of its copies that match where it does not match itself."""

    hit: HitDocument = described("the article that stands for it", example={})
    copies: tuple[CopyDocument, ...] = described(
        "its copies, matching or not, newest first; the first ones where there are many", example=[]
    )
    outlets: int = described("other sources that carry it, matching or not", example=3)


class StoriesDocument(Document):
    """One page of a search with copies folded."""

    total: int = described("matching articles, copies included, on all pages", example=128)
    undated: int = described("matching articles outside the range because their date is unknown", example=2)
    stories: tuple[StoryDocument, ...] = described("the stories of this page", example=[])
    next: int | None = described("cursor of the next page; null at the end", example=None)
    absent: tuple[AbsentWordDocument, ...] = described(
        "if nothing matches: words of the query that no article contains", example=[]
    )
    searchable: SearchableDocument | None = searchable()
