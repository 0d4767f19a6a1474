from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from config.sources import Feed
from crawler.health import Health
from crawler.presence import Heartbeat, PartName
from monitor.services.overview import Overview, ThemeCount
from monitor.services.status import FeedHealth, Status
from monitor.terminal.live import screen
from tests.support.builders import article

NOW = datetime(2026, 11, 25, 12, 0, 5, tzinfo=UTC)
WHY = "The address answers with a web page, not with a feed. (once since 2026-11-25 11:58 UTC)"
HINT = "In another terminal: PARLEY_DATA=~/.local/share/parley/demo PARLEY_CONFIG=~/conf parley search truce"
ADDRESS = "http://127.0.0.1:8765"
TITLE = "Переговоры о мире продолжаются: что известно о позиции сторон после встречи в Стамбуле и о чём они молчат"


def overview(*, unwell: int = 1, problems: int = 0, themes: int = 14, zone: str = "UTC") -> Overview:
    """Return the overview of a busy installation."""
    beat = Heartbeat(pid=1, at=NOW, doing="collecting", trouble="", under_way=0)
    feeds = [Feed(id=f"outlet-{n}/feed-xml", source=f"outlet-{n}", url="", kind="feed", every=900.0) for n in range(60)]
    health = [Health("not a feed", f"{n}: {WHY}") if n < unwell else Health("fine", "") for n in range(60)]
    status = Status(
        at=NOW,
        data="/data",
        engine="tantivy:/data/index",
        engine_trouble="",
        articles=12_345,
        kept=12_345,
        feeds=tuple(FeedHealth(feed, state) for feed, state in zip(feeds, health, strict=True)),
        pages={"indexed": 12_345, "consent_page": 7, "pending": 2},
        addresses={"wanted": 3},
        last_poll=NOW,
        oldest_pending=None,
        oldest_wanted=None,
        slowed=0,
        crawler=beat,
        indexer=replace(beat, doing="waiting for pages"),
        silent={},
        mismatch="",
        shortage="",
        problems=tuple(f"themes/t{n}.toml: " + "a long sentence about a mistake " * 4 for n in range(problems)),
    )
    return Overview(
        status=status,
        newest=[article(id=str(n), title=TITLE, source="novaya-gazeta-europe", published=NOW) for n in range(40)],
        themes=[ThemeCount(f"theme-{n}", 14 - n, 1_400 - n) for n in range(themes)],
        articles_today=321,
        zone=ZoneInfo(zone),
    )


def lines(shown: Overview, width: int = 80, height: int = 24, parts: Sequence[str] = ()) -> list[str]:
    """Return the lines of the screen, without trailing blanks."""
    console = Console(file=io.StringIO(), width=width, height=height)
    doing: dict[PartName, str] = {"crawler": "collecting", "indexer": "waiting for pages", "server": ADDRESS}
    console.print(screen(shown, doing, parts, HINT, width=width, height=height))
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
@pytest.mark.parametrize("unwell", [0, 1, 25])
@pytest.mark.parametrize("problems", [0, 5])
def test_everything_important_fits_on_the_screen(size: tuple[int, int], unwell: int, problems: int) -> None:
    width, height = size
    written = lines(overview(unwell=unwell, problems=problems), width, height)
    assert len(written) <= height
    assert max(map(len, written)) <= width
    text = "\n".join(written)
    assert "parley search" in " ".join(written)
    assert written[-1] == "Ctrl-C stops it."
    assert ADDRESS in text
    assert "Newest articles" in text
    assert "theme-0" in text
    assert ("Feeds with problems" in text) == bool(unwell)
    assert (f"{unwell} with problems" in text) == bool(unwell)


def test_a_title_takes_one_line() -> None:
    written = lines(overview(unwell=25))
    titles = [line for line in written if "Переговоры" in line]
    assert len(titles) >= 3
    assert all(line.endswith("…") for line in titles)


def test_feeds_that_do_not_fit_are_counted() -> None:
    [title] = [line for line in lines(overview(unwell=25)) if line.startswith("Feeds with problems")]
    assert title == "Feeds with problems (3 of 25, all: parley status)"


def test_a_theme_shows_its_articles_of_today_and_in_total() -> None:
    assert any("theme-0         14 / 1,400" in line for line in lines(overview()))


def test_outcomes_are_shown_as_sentences_and_not_by_name() -> None:
    text = "\n".join(lines(overview()))
    assert "consent_page" not in text
    assert "outlet-0/feed-xml" in text
    assert "The address answers with a web page" in text


def test_all_times_are_in_the_zone_shown() -> None:
    text = "\n".join(lines(overview(zone="Europe/Berlin")))
    assert "13:00:05 Europe/Berlin" in text
    assert "last poll at 13:00:05" in text
    assert "11-25 13:00" in text


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_day_without_a_time_is_the_same_day_in_every_zone(zone: str) -> None:
    noon = datetime(2026, 11, 25, 12, tzinfo=UTC)
    shown = replace(overview(zone=zone), newest=[article(title="Truce", published=noon, published_precision="day")])
    [line] = [line for line in lines(shown) if "Truce" in line]
    assert "11-25" in line
    assert ":" not in line


def test_an_empty_installation_is_reported_as_empty() -> None:
    busy = overview()
    empty = replace(
        busy.status, articles=None, kept=0, pages={}, addresses={}, last_poll=None, crawler=None, indexer=None
    )
    written = lines(replace(busy, status=empty, newest=(), themes=(), articles_today=None))
    assert written[:5] == [
        "Parley    12:00:05 UTC   crawler: collecting   indexer: waiting for pages",
        f"open      {ADDRESS}",
        "feeds     60, 1 with problems, not polled yet",
        "pages     0 collected, 0 to fetch, 0 to index",
        "articles  none indexed yet",
    ]


def test_processes_that_ended_are_listed_first() -> None:
    written = lines(overview(problems=1), parts=["the crawler ended (exit code 1); it restarts in 1 s"])
    assert written[5] == "! the crawler ended (exit code 1); it restarts in 1 s"


@pytest.mark.parametrize("height", range(12, 24))
def test_a_low_screen_keeps_the_problems(height: int) -> None:
    written = lines(overview(unwell=25), 80, height)
    assert len(written) <= height
    assert written[-1] == "Ctrl-C stops it."
    assert any(line.startswith("Feeds with problems") for line in written)
