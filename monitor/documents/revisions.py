"""Documents about the versions of an article, and what changed between two of them."""

from __future__ import annotations

from typing import Literal

from crawler.page import PageKind
from monitor.documents.base import Document, Moment, described

Change = Literal["same", "added", "removed"]


class PieceDocument(Document):
    """A piece of a text, as it is in one of two versions or in both."""

    change: Change = described("`same` in both versions, `added` in the later one, or `removed`", example="added")
    text: str = described("the piece, with the spaces that follow it", example="three more than ")


class RevisionDocument(Document):
    """One version of an article, extracted again from its archived page."""

    version: int = described("the version, from 1, in the order of collection", example=2)
    page: int = described("number of its page in the archive", example=1204)
    collected: Moment = described("when it was collected, UTC", example="2026-11-20T09:41:07+00:00")
    kind: PageKind = described("how it was collected: fetched, or delivered by the feed itself", example="document")
    title: str | None = described("headline; null when the page has none, or no article", example="Truce talks resume")
    text: str | None = described(
        "text, with paragraphs separated by newlines; null when the page has no article, or was not read",
        example="Envoys met again on Friday.",
    )
    changed: bool | None = described(
        "whether title or text differ from the version before; null for the first, and where either has no text",
        example=True,
    )
    explanation: str = described("why there is no text; empty when there is one", example="")


class RevisionsDocument(Document):
    """The versions of an article, and what changed from one to another."""

    id: str = described("id of the article", example="0b1c55a2e7f94d3c8a61f0e9d2b7c413")
    versions: tuple[RevisionDocument, ...] = described("the versions, oldest first", example=[])
    before: int | None = described("the earlier version compared; null where fewer than two have a text", example=1)
    after: int | None = described("the later version compared; null likewise", example=2)
    title: tuple[PieceDocument, ...] = described("the headline, in pieces; empty likewise", example=[])
    paragraphs: tuple[tuple[PieceDocument, ...], ...] = described(
        "the paragraphs of the text, in pieces; empty likewise", example=[]
    )
