from __future__ import annotations

import io

from rich.console import Console, RenderableType

from crawler.tick import Event
from monitor.terminal.progress import CrawlProgress, bar


def shown(line: RenderableType) -> str:
    written = io.StringIO()
    screen = Console(file=written, width=100)
    screen.print(line)
    return written.getvalue()


def event(name: str, new: int = 0) -> Event:
    return Event(name=name, source="s", feed="s/1", url="https://outlet.example/", outcome="read", detail="", new=new)


def test_a_bar_says_how_much_of_how_much() -> None:
    assert "1,200 of 4,800" in shown(bar("pages", 1_200, 4_800))


def test_more_than_was_expected_is_no_more_than_all() -> None:
    assert "7 of 7" in shown(bar("pages", 7, 5))


def test_a_crawl_counts_polls_what_they_found_and_the_pages_fetched() -> None:
    progress = CrawlProgress(3)
    for happened in (event("poll", 5), event("page"), event("poll", 0), event("crawler")):
        progress(happened)
    said = shown(progress.line())
    assert "2 of 3" in said
    assert "1 of 5" in said
