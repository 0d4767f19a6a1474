"""Progress bars while a command works, on a terminal's standard error and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

from monitor.terminal.output import errors

if TYPE_CHECKING:  # else every command that shows progress would load the whole of Scrapy
    from crawler.tick import Event


def progress_bars(figures: ProgressColumn | None = None, *, shown: bool = True) -> Progress:
    """Return bars that move inside a `with` block and are removed at its end.

    What is printed meanwhile goes where standard output goes, often a file; on the same terminal it would tear the bars.

    Args:
        figures: what stands behind a bar; how many of how many without it.
        shown: False shows nothing, as does a standard error that is no terminal.
    """
    console = errors()
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        figures or MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        disable=not shown or not console.is_terminal,
    )


class Bar:
    """One of the bars, whose total grows where more is done than was expected."""

    def __init__(self, bars: Progress, what: str, total: int) -> None:
        self._bars, self._total, self._done = bars, total, 0
        self._task = bars.add_task(what, total=total)

    def advance(self, number: int = 1, *, more: int = 0) -> None:
        """Count what is done, and what was found to be done besides."""
        self._done += number
        self._total = max(self._total + more, self._done)
        self._bars.update(self._task, completed=self._done, total=self._total)


class CrawlProgress:
    """How far one pass over the sources is: the feeds, and the pages they lead to.

    Args:
        feeds: how many are polled.
    """

    def __init__(self, bars: Progress, feeds: int) -> None:
        self._feeds, self._pages = Bar(bars, "feeds", feeds), Bar(bars, "pages", 0)

    def __call__(self, event: Event) -> None:
        """Count a poll or a page."""
        if event.name == "poll":
            self._feeds.advance()
            self._pages.advance(0, more=event.new)
        elif event.name == "page":
            self._pages.advance()
