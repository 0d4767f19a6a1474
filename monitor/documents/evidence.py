"""Documents about evidence: what a search found, and whether a file proves what it says."""

from __future__ import annotations

from typing import Literal

from monitor.documents.base import Document, Moment, described


class FoundDayDocument(Document):
    """What a search found of one day."""

    start: Moment = described("start of the day, in the time zone of the document", example="2026-11-20T00:00:00+00:00")
    articles: int = described("articles published on it", example=7)
    stories: int = described("of these, the articles that are not copies", example=5)


class FoundDocument(Document):
    """How many articles a search found."""

    query: str = described("the query", example="truce AND class:state")
    start: Moment | None = described("first moment of the range; null when it is open", example=None)
    end: Moment | None = described("first moment after the range; null when it is open", example=None)
    timezone: str = described("time zone in which days begin", example="UTC")
    articles: int = described("matching articles", example=128)
    stories: int = described("of these, the articles that are not copies", example=101)
    undated: int = described("matching articles without a known date, which are in no range", example=3)
    days: tuple[FoundDayDocument, ...] = described(
        "by day of the range; empty for ranges of more than 400 days or without a start", example=[]
    )


class VerdictDocument(Document):
    """Whether an evidence file proves what it says."""

    file: str = described("the file", example="truce.zip")
    kind: Literal["trend", "search", "article"] = described("what was asked for", example="trend")
    question: str = described("the question in words", example="truce, by day, 2026-11-01 to 2026-11-20, UTC")
    is_equal: bool = described("whether everything that was rebuilt equals what the file says", example=True)
    differences: tuple[str, ...] = described("what differs, a sentence each; at most 50", example=[])
    more: int = described("further differences that are not listed", example=0)
    notes: tuple[str, ...] = described("what could not be checked, and why", example=[])
    articles: int = described("articles in the file, in full", example=12)
    listed: int = described("articles of the scope of which the file has only facts", example=230)
    pages: int = described("pages that were extracted again", example=14)
    manifest: str = described(
        "SHA-256 of the manifest, hexadecimal: what is signed and time-stamped", example="9f86d0…"
    )
    signed_by: str | None = described("fingerprint of the key that signed it; null when unsigned", example=None)
    is_trusted: bool = described("whether that key is the one given for the check", example=False)
    stamped: Moment | None = described("when an authority saw the manifest; null without a time stamp", example=None)
    is_authority_checked: bool = described("whether the authority's own signature was checked", example=False)
