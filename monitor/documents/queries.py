"""Documents about queries."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, described


class DiagnosticDocument(Document):
    """One remark on a query: an error that stops it, or a warning that stands beside its answer."""

    code: str = described("short name that stays the same when the wording changes", example="lower-case-operator")
    severity: Literal["error", "warning"] = described("whether it stops the query", example="warning")
    message: str = described("the remark, a sentence", example='"and" is treated as a search term')
    position: int = described("index of the first character concerned, from 0", example=6, unit="characters")
    length: int = described("how many characters are concerned", example=3, unit="characters")
    suggestion: str | None = described("the whole query, corrected", example="truce AND talks")


class QueryDiagnosticDocument(DiagnosticDocument):
    """One remark on one of the queries of a request that takes several."""

    query: str = described("the text of the query it is about", example="truce and talks")


class AbsentWordDocument(Document):
    """A word of a query that is in no article."""

    word: str = described("the word, as the index would hold it", example="trcue")
    nearest: str | None = described("the word most like it that articles have", example="truce")
    articles: int = described("articles that have the nearest word", example=120)
