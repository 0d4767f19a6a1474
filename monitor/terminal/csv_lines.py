"""CSV as spreadsheets read it, safe for what strangers wrote."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

# A cell that begins with one of these signs is a formula to a spreadsheet, which may ask the network or run a program
# (https://owasp.org/www-community/attacks/CSV_Injection). Where a semicolon or a tab separates cells, one begins after each;
# such a spreadsheet also takes the quotes of our cells for text, so that a line of a text is a row to it.
_FORMULA = re.compile(r"((?:^|[;\t\n])[ \u00a0\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_SEPARATOR = re.compile(r"[\t\n]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_RAW = re.compile(r"[\x80-\x9f\u2028-\u202e\u2066-\u2069]")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]], *, byte_order_mark: bool = False) -> int:
    """Write a line of column names and one per row to standard output, UTF-8, as the rows come; return how many rows.

    Args:
        byte_order_mark: begin with one, without which Excel takes the text for that of an old Windows code page.
    """
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if byte_order_mark:
        sys.stdout.write("\ufeff")
    writer.writerow(columns)
    number = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        number += 1
    return number


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
