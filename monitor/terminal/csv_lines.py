"""CSV on standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

from monitor.csv_rows import csv_lines


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a line of column names and one per row to standard output, UTF-8, as the rows come."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="")  # type: ignore[union-attr]
    sys.stdout.writelines(csv_lines(columns, rows))
