"""Documents about what two groups of articles say: those of two classes of sources, or in two languages."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, Moment, described
from monitor.documents.completeness import SearchableDocument, searchable
from monitor.documents.queries import QueryDiagnosticDocument

GroupKind = Literal["class", "language"]


class GroupDocument(Document):
    """The articles of one class of sources, or in one language."""

    kind: GroupKind = described("what the group has in common", example="class")
    value: str = described("the class, or the language as ISO 639-1", example="state")
    articles: int = described("its articles in the range", example=110)


class GroupsDocument(Document):
    """The groups that have articles in a range."""

    groups: tuple[GroupDocument, ...] = described("classes, then languages; the largest of each first", example=[])


class ContrastedThemeDocument(Document):
    """One theme in two groups, and in everything else."""

    theme: str = described("id of the theme", example="truce")
    title: str = described("its title", example="Truce")
    first: int = described("its articles in the first group", example=40)
    second: int = described("its articles in the second group", example=16)
    others: int = described("its articles in neither", example=21)
    share_first: float | None = described(
        "its share of the first group; null where that has no article", example=0.36, unit="fraction, 0 to 1"
    )
    share_second: float | None = described(
        "its share of the second group; null likewise", example=0.28, unit="fraction, 0 to 1"
    )
    share_others: float | None = described("its share of the rest; null likewise", example=0.3, unit="fraction, 0 to 1")
    g2: float = described(
        "log-likelihood ratio of the difference, negative where the share is smaller in the first group; above 6.63 or below "
        "-6.63, chance brings it less than once in a hundred",
        example=7.9,
    )


class ContrastDocument(Document):
    """What two groups say: the themes, the largest difference first."""

    start: Moment = described("first moment of the range", example="2026-10-27T14:00:00+00:00")
    end: Moment = described("first moment after it", example="2026-11-26T14:00:00+00:00")
    timezone: str = described("time zone of these moments", example="UTC")
    scope: str | None = described("query that narrows both groups; null for every article", example="country:UA")
    first: GroupDocument = described("the first group", example={})
    second: GroupDocument = described("the second group", example={})
    others: int = described("articles of the range in neither", example=1920)
    themes: tuple[ContrastedThemeDocument, ...] = described("all themes", example=[])
    searchable: SearchableDocument | None = searchable()
    diagnostics: tuple[QueryDiagnosticDocument, ...] = described("remarks on the scope", example=[])
