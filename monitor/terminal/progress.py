"""One line that moves while a command works, on a terminal's standard error and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from monitor.terminal.output import errors

if TYPE_CHECKING:  # else every command that shows progress would load the whole of Scrapy
    from crawler.tick import Event

PER_SECOND = 4
WIDTH = 30


def moving(line: Callable[[], RenderableType]) -> AbstractContextManager[object]:
    """Return a context that shows what `line` returns, again and again, and removes it at the end.

    What is printed meanwhile goes where standard output goes, often a file; on the same terminal it would tear the line.
    """
    console = errors()
    if not console.is_terminal:
        return nullcontext()
    return Live(
        get_renderable=line, console=console, transient=True, redirect_stdout=False, refresh_per_second=PER_SECOND
    )


def bar(what: str, done: int, total: int) -> RenderableType:
    """Return a bar with its figures."""
    grid = Table.grid(padding=(0, 1))
    figures = Text(f"{done:,} of {max(done, total):,}", style="dim")
    grid.add_row(what, ProgressBar(total=max(done, total, 1), completed=done, width=WIDTH), figures)
    return grid


@dataclass(slots=True)
class CrawlProgress:
    """How far one pass over the sources is.

    Attributes:
        feeds: feeds to poll.
    """

    feeds: int
    polled: int = 0
    found: int = 0
    pages: int = 0

    def __call__(self, event: Event) -> None:
        """Take note of a poll or a page."""
        if event.name == "poll":
            self.polled += 1
            self.found += event.new
        elif event.name == "page":
            self.pages += 1

    def line(self) -> RenderableType:
        """Return both bars: feeds, and the pages they led to."""
        grid = Table.grid()
        grid.add_row(bar("feeds", self.polled, self.feeds))
        grid.add_row(bar("pages", self.pages, self.found))
        return grid
