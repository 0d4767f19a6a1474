"""Reads the text of a query into a syntax tree, its mistakes first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from config.errors import QueryError
from indexer.query.context import Reading
from indexer.query.diagnostics import Diagnostic, RejectedQuery
from indexer.query.lint import find_errors, remarks
from indexer.query.parser import parse
from indexer.query.punctuation import scan_words
from indexer.query.quotes import quotes_note, straightened
from indexer.query.syntax import Part

_LONGEST = 2_000  # characters of a query that is corrected; each correction is read again
_MOST_STEPS = 10  # mistakes that are corrected one after the other


def read(text: str, reading: Reading) -> Part:
    """Return the syntax tree and add the remarks on its text to the reading, their suggestions as yet unchecked.

    Raises:
        QueryError: the first mistake; too long, too deep, or not a query.
    """
    if note := quotes_note(text):
        reading.text = text = straightened(text)
        reading.diagnostics.append(note)
    pieces, words = scan_words(text)
    diagnostics = sorted(remarks(text, pieces, words), key=lambda remark: remark.position)
    for remark in diagnostics:
        if remark.severity == "error":
            raise RejectedQuery(with_readable_suggestion(remark, check_syntax))
    reading.diagnostics += diagnostics
    return parse(text, words)


def with_readable_suggestion(remark: Diagnostic, check: Callable[[str], object]) -> Diagnostic:
    """Return the remark with a suggestion that can be read: further mistakes are corrected too, or nothing is suggested.

    Args:
        check: raises a QueryError for a text that cannot be read.
    """
    text = remark.suggestion
    for _ in range(_MOST_STEPS):
        if text is None or len(text) > _LONGEST:
            break
        try:
            check(text)
        except RejectedQuery as refused:
            text = refused.diagnostic.suggestion
        except QueryError:
            break
        else:
            return replace(remark, suggestion=text)
    return replace(remark, suggestion=None)


def check_syntax(text: str) -> None:
    """Do nothing when the text is a query.

    Raises:
        QueryError: its first mistake; too long or too deep.
    """
    text = straightened(text)
    _, words = scan_words(text)
    for error in find_errors(text, words):
        raise RejectedQuery(error)
    parse(text, words)
