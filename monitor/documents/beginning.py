"""The document about an installation that has no article yet."""

from __future__ import annotations

from monitor.documents.base import Document, described


class BeginningDocument(Document):
    """How far an installation without articles is."""

    is_collecting: bool = described("whether a crawler is running", example=True)
    sources: int = described("configured sources", example=94)
    feeds: int = described("feeds that are polled", example=178)
    polled: int = described("of these, the ones that were polled once at least", example=41)
    addresses: int = described("addresses of articles that they list", example=612)
    pages: int = described("pages that were collected", example=380)
    explanation: str = described("why nothing comes, in a sentence; empty if nothing is known to be wrong", example="")
