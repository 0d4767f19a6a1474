"""What every answer says while the index does not have the articles of the archive."""

from __future__ import annotations

from monitor.documents.base import Document, described


class SearchableDocument(Document):
    """How many articles can be searched now, while they are not those of the archive."""

    articles: int = described("articles in the index", example=812)
    kept: int = described("articles in the archive", example=1200)
    message: str = described(
        "in what they differ, and what helps",
        example="812 of 1,200 articles are searchable; the indexer adds the others",
    )


def searchable() -> SearchableDocument | None:
    """Return the field for it in a document that answers from the index."""
    field: SearchableDocument | None = described(
        "how many articles can be searched; null when there are some and all of the archive can", example=None
    )
    return field
