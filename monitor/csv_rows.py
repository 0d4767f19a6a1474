"""CSV as spreadsheets read it, safe for what strangers wrote."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import StringIO

BYTE_ORDER_MARK = "\ufeff"
"""Begins a file for Excel, which takes it for the text of an old Windows code page otherwise."""

# A cell that begins with one of these signs is a formula to a spreadsheet, which may ask the network or run a program
# (https://owasp.org/www-community/attacks/CSV_Injection). Where a semicolon or a tab separates cells, one begins after each;
# such a spreadsheet also takes the quotes of our cells for text, so that a line of a text is a row to it.
_FORMULA = re.compile(r"((?:^|[;\t\n])[ \u00a0\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_SEPARATOR = re.compile(r"[\t\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_RAW = re.compile(r"[\x80-\x9f\u2028-\u202e\u2066-\u2069]")


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a line of column names and one per row, as the rows come."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in itertools.chain([columns], rows):
        writer.writerow([cell(value) for value in row])
        yield _taken(buffer)


def cell(value: object) -> object:
    """Return what stands in the cell: text as `text_cell` gives it, times in ISO 8601, None as nothing."""
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else value


def text_cell(text: str) -> str:
    r"""Return text without what spreadsheets and viewers act on.

    Control characters are left out, except tabs and line ends; C1 controls and signs that change the direction are written as
    escapes (`\u202e`). An apostrophe precedes what could be a formula, also after every semicolon, tab and line end.
    """
    text = _RAW.sub(lambda match: f"\\u{ord(match[0]):04x}", _CONTROL.sub("", text))
    guarded = _FORMULA.sub(r"\1'", text)
    return f"'{guarded}" if _SEPARATOR.match(guarded) else guarded


def _taken(buffer: StringIO) -> str:
    line = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return line
