"""Documents about drafts: changed themes that nobody has saved yet."""

from __future__ import annotations

from monitor.documents.base import Document, Moment, described
from monitor.documents.queries import DiagnosticDocument
from monitor.documents.themes import ExampleDocument, PreviewDocument


class DraftQueryDocument(Document):
    """The query of one language."""

    language: str = described("language, ISO 639-1", example="en")
    query: str = described("the query; empty where the language has none", example="truce OR ceasefire")
    diagnostics: tuple[DiagnosticDocument, ...] = described("remarks on it, errors included", example=[])


class DraftExampleDocument(ExampleDocument):
    """An example of the theme, and what the draft makes of it."""

    expected: bool = described("whether the theme should match it", example=True)
    matched: bool = described("whether the draft matches it", example=True)


class DraftDayDocument(Document):
    """The articles of one day with the tag, and with the draft."""

    start: Moment = described(
        "start of the day, in the time zone of the installation", example="2026-11-20T00:00:00+00:00"
    )
    now: int = described("articles with the tag", example=12)
    then: int = described("articles that the draft matches", example=14)


class DraftDocument(Document):
    """A changed theme with everything that is wrong about it, and what saving it would do."""

    theme: str = described("id of the theme", example="truce")
    queries: tuple[DraftQueryDocument, ...] = described("its queries, by language", example=[])
    problems: tuple[str, ...] = described("what keeps it from being saved, a sentence each", example=[])
    examples: tuple[DraftExampleDocument, ...] = described(
        "the examples of its file; empty while a query cannot be run", example=[]
    )
    preview: PreviewDocument | None = described("what saving would do; null while it cannot be saved", example=None)
    days: tuple[DraftDayDocument, ...] = described(
        "the last 60 days, oldest first; empty while it cannot be saved", example=[]
    )
