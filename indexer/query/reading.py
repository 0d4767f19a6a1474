"""Reads the text of a query into a syntax tree, its mistakes first."""

from __future__ import annotations

from indexer.query.context import Reading
from indexer.query.diagnostics import Refused
from indexer.query.lint import remarks
from indexer.query.parser import parse
from indexer.query.scan import scan
from indexer.query.syntax import Part


def read(text: str, reading: Reading) -> Part:
    """Return the syntax tree and add to the reading what can be said of the text alone.

    Raises:
        QueryError: the first mistake; too long, too deep, or not a query.
    """
    pieces = scan(text)
    diagnostics = sorted(remarks(text, pieces), key=lambda remark: remark.position)
    reading.diagnostics += diagnostics
    for remark in diagnostics:
        if remark.severity == "error":
            raise Refused(remark)
    return parse(text, pieces)
