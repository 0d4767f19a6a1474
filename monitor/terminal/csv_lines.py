"""CSV as spreadsheets read it, safe for what strangers wrote."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

# A cell that begins with one of these is a formula to a spreadsheet, which may ask the network or run a program
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


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
    """Return what stands in the cell: text that could be a formula behind an apostrophe, times in ISO 8601, None as nothing."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else value
