"""Reads the syntax of a query with luqum's parser, of which only the tree is used."""

from __future__ import annotations

import re

from luqum import tree as lucene
from luqum.thread import parse

from indexer.query.context import Reading
from indexer.query.diagnostics import Refused, refuse
from indexer.query.lint import remarks
from indexer.query.scan import marked, scan

_OPERATOR = re.compile(r"(?:AND|OR)\b")
_AT = re.compile(r"(?:unexpected +'.*'|Illegal character .*) at position (\d+)", re.DOTALL)


def read(text: str, reading: Reading) -> lucene.Item:
    """Return the parser's tree and add to the reading what can be said of the text alone.

    Raises:
        QueryError: the first mistake; too long, too deep, or not a query.
    """
    pieces = scan(text)
    found = sorted(remarks(text, pieces), key=lambda remark: remark.position)
    reading.diagnostics += found
    for remark in found:
        if remark.severity == "error":
            raise Refused(remark)
    try:
        return parse(marked(text, pieces))
    except (ValueError, ArithmeticError) as wrong:
        raise _syntax_error(text, str(wrong)) from None


def _syntax_error(text: str, message: str) -> Refused:
    found = _AT.search(message)
    if found is None:
        hint = "the query ends too early; a word is missing after AND, OR, NOT or a colon"
        return refuse("syntax", hint, len(text.rstrip()))
    position = int(found[1])
    if operator := _OPERATOR.match(text, position):
        return refuse("syntax", f"a word is missing before {operator[0]}", position, len(operator[0]))
    what = text[position : position + 1]
    return refuse("syntax", f'"{what}" cannot stand here; put what is meant literally in "quotes"', position, 1)
