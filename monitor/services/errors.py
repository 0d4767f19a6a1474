"""Errors as documents."""

from __future__ import annotations

from collections.abc import Iterable

from config.errors import ParleyError, Problem
from monitor.documents.errors import ErrorDocument, FailureDocument, ProblemDocument


def to_failure_document(error: ParleyError) -> FailureDocument:
    """Return the document for an error."""
    return FailureDocument(error=ErrorDocument(code=error.code, message=str(error), field=error.field))


def problems(several: Iterable[Problem]) -> tuple[ProblemDocument, ...]:
    """Return mistakes in the configuration as documents."""
    return tuple(ProblemDocument(where=problem.where, message=problem.message) for problem in several)
