"""Remarks on a query: an error stops it, a warning doubts it, a note says how something unusual was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from config.errors import QueryError, QueryTooBroad

MOST_REMARKS = 20  # of one kind; each may carry the whole query corrected, and a query may be 100 KB

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark on a query.

    Attributes:
        code: short name that stays the same when the wording changes.
        position: index of the first character concerned, from 0.
        length: how many characters are concerned.
        suggestion: the whole query, corrected; None where there is no safe correction.
    """

    code: str
    severity: Severity
    message: str
    position: int = 0
    length: int = 0
    suggestion: str | None = None


class RejectedQuery(QueryError):
    """A query error that carries its diagnostic."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        self.diagnostic = diagnostic
        super().__init__(_sentence(diagnostic), diagnostic.position)


class RejectedAsTooBroad(RejectedQuery, QueryTooBroad):
    """A query that would cost too much, with its diagnostic."""


def reject(code: str, message: str, position: int = 0, length: int = 0, suggestion: str | None = None) -> RejectedQuery:
    """Return the error to raise for an invalid query."""
    return RejectedQuery(Diagnostic(code, "error", message, position, length, suggestion))


def too_broad(message: str, position: int = 0) -> RejectedQuery:
    """Return the error to raise for a query that would cost too much."""
    return RejectedAsTooBroad(Diagnostic("too-broad", "error", message, position))


def replaced(text: str, start: int, end: int, by: str) -> str:
    """Return a query with another text from start to end, as a suggestion."""
    return text[:start] + by + text[end:]


def _sentence(diagnostic: Diagnostic) -> str:
    if diagnostic.suggestion is None or len(diagnostic.suggestion) > 200:
        return diagnostic.message
    return f"{diagnostic.message}; did you mean: {diagnostic.suggestion}"
