"""Documents about queries."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, described


class DiagnosticDocument(Document):
    """One remark on a query: an error that prevents it from running, or a warning or note about it."""

    code: str = described("short name that stays the same when the wording changes", example="lower-case-operator")
    severity: Literal["error", "warning", "note"] = described(
        "error: stops the query; warning: doubts it; note: says how something unusual is read", example="warning"
    )
    message: str = described("the remark, a sentence", example='"and" is treated as a search term')
    position: int = described("index of the first character concerned, from 0", example=6, unit="characters")
    length: int = described("how many characters are concerned", example=3, unit="characters")
    suggestion: str | None = described("the whole query, corrected", example="truce AND talks")


class QueryDiagnosticDocument(DiagnosticDocument):
    """One remark on one of the queries of a request that takes several."""

    query: str = described("the text of the query it is about", example="truce and talks")


class AbsentWordDocument(Document):
    """A word of a query that is in no article."""

    word: str = described("the word as it would be in the index", example="trcue")
    nearest: str | None = described("the word most like it that articles have", example="truce")
    articles: int = described("articles that have the nearest word", example=120)


class LintDocument(Document):
    """What is wrong or doubtful about a query that was not run."""

    query: str = described("the query as typed", example="truce and talks")
    diagnostics: tuple[DiagnosticDocument, ...] = described(
        "remarks on it; no error means that it can be run", example=[]
    )


class ClauseDocument(Document):
    """A part of a query."""

    clause: str = described("the part as it would be typed, or the operator that joins its parts", example="truce")
    articles: int | None = described("articles that match it; null when they were not counted", example=128)
    milliseconds: float | None = described("how long counting them took", example=1.84)
    children: tuple[ClauseDocument, ...] = described("its parts", example=[])


class ExplainedWordDocument(Document):
    """A word of a query and the forms it stands for."""

    word: str = described("the word as it would be in the index", example="truce")
    position: int = described("index of its first character in the query, from 0", example=0, unit="characters")
    forms: dict[str, tuple[str, ...]] = described(
        "forms by language; empty when the word is not expanded", example={"en": ["truce", "truces"]}
    )


class WordingPieceDocument(Document):
    """A piece of a query in words."""

    text: str = described("the piece, with the spaces around it", example=" and not ")
    is_operator: bool = described("whether it joins or negates others", example=True)


class WordingDocument(Document):
    """How a query is read, in words."""

    text: str = described("all of it", example="truce or ceasefire and not Gaza")
    pieces: tuple[WordingPieceDocument, ...] = described("its first 60 pieces, in their order", example=[])
    left_out: int = described("further pieces that are no operators", example=0)
    has_forms: bool = described("whether words of it are found in all their forms", example=True)


class ExplainDocument(Document):
    """How a query is interpreted."""

    query: str = described("the query as typed", example="truce AND talks")
    articles: int | None = described("articles that match; null when they were not counted", example=128)
    explanation: str | None = described("why nothing was counted; null when it was", example=None)
    wording: str = described("how it is read, in words", example="truce and talks")
    tree: ClauseDocument = described("the query, clause by clause", example={})
    words: tuple[ExplainedWordDocument, ...] = described("its words, in their order", example=[])
    slowest: ClauseDocument | None = described("the innermost clause that took longest to count", example={})
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on the query", example=[])
