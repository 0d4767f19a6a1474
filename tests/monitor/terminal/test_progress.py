from __future__ import annotations

import pytest
from rich.progress import Progress

from crawler.tick import Event
from monitor.terminal.progress import Bar, CrawlProgress, progress_bars


def figures(bars: Progress) -> list[tuple[str, float, float | None]]:
    return [(task.description, task.completed, task.total) for task in bars.tasks]


def event(name: str, new: int = 0) -> Event:
    return Event(name=name, source="s", feed="s/1", url="https://outlet.example/", outcome="read", detail="", new=new)


def test_progress_never_exceeds_the_total() -> None:
    bars = progress_bars()
    bar = Bar(bars, "pages", 5)
    bar.advance(7)
    assert figures(bars) == [("pages", 7, 7)]


def test_a_crawl_counts_polls_the_pages_they_list_and_the_pages_fetched() -> None:
    bars = progress_bars()
    progress = CrawlProgress(bars, 3)
    for happened in (event("poll", 5), event("page"), event("poll", 0), event("crawler")):
        progress(happened)
    assert figures(bars) == [("feeds", 2, 3), ("pages", 1, 5)]


def test_no_progress_is_shown_unless_standard_error_is_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bars() as bars:
        Bar(bars, "pages", 2).advance()
        print("printed")
    assert capsys.readouterr() == ("printed\n", "")


@pytest.mark.parametrize("shown", [True, False])
def test_bars_are_shown_on_a_terminal_without_touching_standard_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, shown: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    with progress_bars(shown=shown) as bars:
        Bar(bars, "pages", 2).advance()
        bars.refresh()
        print("printed")
    output, errors = capsys.readouterr()
    assert output == "printed\n"
    assert ("pages" in errors) == shown
