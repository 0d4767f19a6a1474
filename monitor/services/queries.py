"""What can be said about a query without running it."""

from __future__ import annotations

from collections.abc import Iterable

from indexer.query.diagnostics import Diagnostic
from monitor.documents.queries import DiagnosticDocument


def diagnostics(remarks: Iterable[Diagnostic]) -> tuple[DiagnosticDocument, ...]:
    """Return the remarks on a query as documents."""
    return tuple(
        DiagnosticDocument(
            code=remark.code,
            severity=remark.severity,
            message=remark.message,
            position=remark.position,
            length=remark.length,
            suggestion=remark.suggestion,
        )
        for remark in remarks
    )
