"""How commands speak: tables for people, one JSON document for programs, both safe for what strangers wrote."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.documents.base import Document
from monitor.sentences import counted

# Titles and addresses come from strangers: without their control characters no terminal can be driven by them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """Return the text without control and direction-changing characters."""
    return _CONTROL.sub("", text)


def add_json(parser: argparse._ActionsContainer) -> None:
    """Give the command its --json switch."""
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")


def print_document(document: Document) -> None:
    """Write a document as JSON to standard output."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.write(document.to_json() + "\n")


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Table:
    """Return a plain table; cells are shown as plain text, without markup.

    Args:
        right: columns with numbers, which are aligned to the right.
        whole: columns whose cells are never broken, such as ids to be copied.
    """
    shown = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in columns:
        justify: Literal["left", "right"] = "right" if column in right else "left"
        shown.add_column(column, justify=justify, overflow="fold", no_wrap=column in whole)
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else Text(plain(str(cell))) for cell in row))
    return shown


def fitting(columns: Sequence[list[str]], room: int) -> Iterator[list[list[str]]]:
    """Yield the columns of a table in groups no wider than there is room, a group having at least one."""
    group: list[list[str]] = []
    for column in columns:
        if group and sum(map(width, group)) + width(column) > room:
            yield group
            group = []
        group.append(column)
    yield group


def width(column: Sequence[str]) -> int:
    """Return the width that a column of a table needs, including the space beside it; names may be wrapped between words."""
    name, *cells = column
    return max(map(cell_len, [*cells, *name.split()])) + 2


def console() -> Console:
    """Return the console of standard output, with no markup read from texts."""
    return Console(markup=False, highlight=False, emoji=False, soft_wrap=False)


def errors() -> Console:
    """Return the console of standard error."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def print_note(screen: Console, note: str, *, dim: bool = True) -> None:
    """Print a line about a result, wrapped between words on a terminal and in one piece elsewhere."""
    screen.print(Text(plain(note), style="dim" if dim else ""), soft_wrap=not screen.is_terminal)


def span(start: datetime, end: datetime, timezone: str) -> str:
    """Return a range of time as text; both moments are in the time zone."""
    return f"{start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} {timezone}"


def percent(share: float | None) -> str:
    """Return a share as a percentage, or a dash for None."""
    return "–" if share is None else f"{share:.1%}"


def articles(number: int) -> str:
    """Return a number of articles as text, such as `1 article` or `2,000 articles`."""
    return counted(number, "article")


def stories(number: int) -> str:
    """Return a number of stories as text, such as `1 story` or `2,000 stories`."""
    return counted(number, "story", "stories")
