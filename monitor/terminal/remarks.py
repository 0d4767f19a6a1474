"""How remarks on queries are shown: what is wrong, where it stands, and how to say it instead."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from indexer.query.diagnostics import Diagnostic
from monitor.documents.queries import DiagnosticDocument, QueryDiagnosticDocument
from monitor.terminal.output import errors, plain

_BEFORE, _AFTER = 30, 40  # characters of the query shown around what is remarked on
_LONGEST = 300  # characters of a suggestion that is shown; a query may have 100 KB
_STYLES = {"error": "red", "warning": "yellow", "note": "cyan"}


def document(remarks: Iterable[Diagnostic]) -> list[dict[str, object]]:
    """Return the remarks for programs; positions count characters from 0."""
    return [
        {
            "code": remark.code,
            "severity": remark.severity,
            "message": remark.message,
            "position": remark.position,
            "suggestion": remark.suggestion,
        }
        for remark in remarks
    ]


def shown(text: str, remark: Diagnostic | DiagnosticDocument) -> Text:
    """Return a remark for people, with the place in the query it is about."""
    said = Text(f"{remark.severity}: ", style=_STYLES[remark.severity])
    said.append(f"{plain(remark.message)} ({remark.code})", style="default")
    start = max(0, remark.position - _BEFORE)
    excerpt, marked = _line(text[start : remark.position]), _line(text[remark.position :][: max(1, remark.length)])
    said.append(f"\n  {excerpt}{_line(text[remark.position : remark.position + _AFTER])}", style="dim")
    said.append(f"\n  {' ' * len(excerpt)}{'^' * max(1, min(len(marked), _AFTER))}", style="dim")
    if remark.suggestion is not None and len(remark.suggestion) <= _LONGEST:
        said.append(f"\n  try: {_line(remark.suggestion)}", style="default")
    return said


def show_warnings(text: str, remarks: Iterable[Diagnostic]) -> None:
    """Write what is doubtful about a query to standard error, beside its answer."""
    for remark in remarks:
        errors().print(shown(text, remark), soft_wrap=True)


def print_diagnostics(query: str, remarks: Iterable[DiagnosticDocument]) -> None:
    """Write what is doubtful about a query to standard error, beside its answer."""
    for remark in remarks:
        errors().print(shown(query, remark), soft_wrap=True)


def print_query_diagnostics(remarks: Iterable[QueryDiagnosticDocument]) -> None:
    """Write what is doubtful about the queries of a request to standard error, beside its answer."""
    for remark in remarks:
        print_diagnostics(remark.query, [remark])


def _line(text: str) -> str:
    return plain(text.replace("\n", " ").replace("\t", " "))
