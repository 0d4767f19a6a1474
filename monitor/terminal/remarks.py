"""Remarks on queries for people: what is wrong, where, and how to write it instead."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from monitor.documents.completeness import SearchableDocument
from monitor.documents.queries import DiagnosticDocument, QueryDiagnosticDocument
from monitor.terminal.output import errors, plain

_BEFORE, _AFTER = 30, 40  # characters of the query shown around what is remarked on
_LONGEST = 300  # characters of a suggestion that is shown; a query may have 100 KB
_STYLES = {"error": "red", "warning": "yellow", "note": "cyan"}


def rendered(text: str, remark: DiagnosticDocument) -> Text:
    """Return a remark for people, with the place in the query it is about."""
    line = Text(f"{remark.severity}: ", style=_STYLES[remark.severity])
    line.append(f"{plain(remark.message)} ({remark.code})", style="default")
    start = max(0, remark.position - _BEFORE)
    excerpt, marked = _line(text[start : remark.position]), _line(text[remark.position :][: max(1, remark.length)])
    line.append(f"\n  {excerpt}{_line(text[remark.position : remark.position + _AFTER])}", style="dim")
    line.append(f"\n  {' ' * len(excerpt)}{'^' * max(1, min(len(marked), _AFTER))}", style="dim")
    if remark.suggestion is not None and len(remark.suggestion) <= _LONGEST:
        line.append(f"\n  try: {_line(remark.suggestion)}", style="default")
    return line


def print_diagnostics(query: str, remarks: Iterable[DiagnosticDocument]) -> None:
    """Print the remarks on a query to standard error."""
    for remark in remarks:
        errors().print(rendered(query, remark), soft_wrap=True)


def print_query_diagnostics(remarks: Iterable[QueryDiagnosticDocument]) -> None:
    """Print the remarks on the queries of a request to standard error."""
    for remark in remarks:
        print_diagnostics(remark.query, [remark])


def print_searchable(searchable: SearchableDocument | None) -> None:
    """Print to standard error that articles of the archive are missing from an answer, if some are."""
    if searchable:
        warning = Text("warning: ", style=_STYLES["warning"]).append(searchable.message, style="default")
        errors().print(warning, soft_wrap=True)


def _line(text: str) -> str:
    return plain(text.replace("\n", " ").replace("\t", " "))
