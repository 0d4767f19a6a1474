"""Every example in docs/trends.md works as the page says, and the page explains every column."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from crawler.archive import feed_hours
from crawler.archive.archive import open_archive
from indexer.article import Article
from indexer.trends.baseline import Days
from indexer.trends.calendar import Interval, edges_between
from indexer.trends.keyness import by_articles
from indexer.trends.spikes import find_spikes
from monitor.services.export import COLUMNS as EXPORT_COLUMNS
from monitor.services.trends import COLUMNS
from tests.support.builders import article
from tests.support.installation import Installation
from tests.support.overlay import write
from tests.support.planted import planted

PAGE = (Path(__file__).parents[2] / "docs" / "trends.md").read_text("utf-8")
MONDAY = date(2026, 3, 2)
SOURCES = {"alpha": ("RU", "state"), "beta": ("GB", "public")}
SILENT = date(2026, 3, 4)  # according to the page, alpha's feed did not answer on this day


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def commands(kind: str) -> list[tuple[str, str]]:
    """Return every command in these blocks with the output shown on the page."""
    sessions = (session.strip("\n") for block in blocks(kind) for session in re.split(r"^\$ ", block, flags=re.M)[1:])
    return [(command, output) for command, _, output in (session.partition("\n") for session in sessions)]


def shown_articles() -> Iterator[Article]:
    """Yield the articles in the page's table."""
    for serial, row in enumerate(re.findall(r"^\| (2026-03-.*|unknown) \| (\w+) \| (.*) \|$", PAGE, re.M), 1):
        when, source, text = row
        body, copied, _ = text.partition(" (a copy of the first)")
        yield article(
            serial=serial,
            source=source,
            title=None,
            text=body,
            published=None if when == "unknown" else datetime.fromisoformat(f"{when[:10]}T{when[11:] or '12:00'}Z"),
            published_precision=None if when == "unknown" else "second" if when[11:] else "day",
            copy_of=article(serial=1).id if copied else None,
        )


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print tables as wide as the page shows them."""
    monkeypatch.setenv("COLUMNS", "110")


@pytest.fixture
def example(small: Installation) -> Installation:
    """Return the installation that the page describes: two sources, polled all the time, one of them silent for a day."""
    archive = open_archive(small.data)
    with archive.database.write() as connection:
        for id, (country, source_class) in SOURCES.items():
            facts = {"name": id, "country": country, "language": "en", "class": source_class}
            feed = f'[[feeds]]\nname = "news"\nurl = "https://{id}.example/feed"\nkind = "feed"\n'
            write(small.config, f"sources/{id}.toml", "".join(f'{key} = "{facts[key]}"\n' for key in facts) + feed)
            for hour in range(24 * 40):
                at = datetime(2026, 2, 20, tzinfo=UTC) + timedelta(hours=hour)
                if (id, at.date()) != ("alpha", SILENT):
                    feed_hours.note(connection, f"{id}/news", at)
    archive.close()
    small.keep(*shown_articles())
    assert small.run("themes", "sweep")[0] == 0
    return small


def assert_prints(installation: Installation, command: str, output: str) -> None:
    code, printed, errors = installation.run(*shlex.split(command)[1:])
    assert code == 0, errors
    assert (
        _cut([line.rstrip() for line in printed.strip("\n").splitlines()], output.splitlines()) == output.splitlines()
    )


def _cut(printed: list[str], shown: list[str]) -> list[str]:
    """Return the printed lines, with an ellipsis where the page has one instead of lines."""
    if "…" not in shown:
        return printed
    head = shown.index("…")
    tail = len(printed) - (len(shown) - head - 1)
    return [*printed[:head], "…", *printed[tail:]]


@pytest.mark.parametrize(("command", "output"), commands("console"))
def test_a_command_prints_the_output_on_the_page(example: Installation, command: str, output: str) -> None:
    assert_prints(example, command, output)


@pytest.mark.parametrize(("command", "output"), commands("console planted"))
def test_an_explanation_is_as_shown_on_the_page(small: Installation, command: str, output: str) -> None:
    small.keep(*planted())
    small.record_swept_version("truce")
    assert_prints(small, command, output)


@pytest.mark.parametrize("line", [line for block in blocks("buckets") for line in block.strip().splitlines()])
def test_a_bucket_is_as_long_as_the_page_says(line: str) -> None:
    match = re.fullmatch(r"(\S+) +(\w+) of (\S+): (\d+) hours", line)
    assert match
    zone, name, day, length = match.groups()
    intervals: tuple[Interval, ...] = get_args(Interval)
    (interval,) = (one for one in intervals if one == name)
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone))
    start, end = edges_between(noon, noon + timedelta(hours=1), interval, ZoneInfo(zone))
    assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=int(length))


@pytest.mark.parametrize("block", blocks("spikes"))
def test_spikes_are_reported_where_the_page_says(block: str) -> None:
    week = re.findall(r"\d+", block.splitlines()[0].partition(" of ")[2])
    then = re.findall(r"\d+", block.splitlines()[1])
    weeks = int(re.findall(r"\d+", block)[0])
    counts = [*map(int, week * weeks), *map(int, then)]
    first = MONDAY + timedelta(days=7 * weeks)
    dates = [MONDAY + timedelta(days=number) for number in range(len(counts))]
    days = Days(dates, counts, [True] * len(counts), [1.0] * len(counts))
    for level, span in re.findall(r"^(low|medium|high): +(.*)$", block, re.M):
        spikes = [(f"{spike.start:%A}", f"{spike.end:%A}") for spike in find_spikes(days, level, first)]
        start, _, end = span.partition(" to ")
        assert spikes == ([] if span == "none" else [(start, end or start)]), level


@pytest.mark.parametrize("line", [line for block in blocks("keyness") for line in block.strip().splitlines()])
def test_keyness_is_as_the_page_says(line: str) -> None:
    figures = re.fullmatch(r"(\d+) of (\d+) here, (\d+) of (\d+) before: ([\d.]+) times, G² = ([\d.]+)", line)
    assert figures
    keyness = by_articles(*map(int, figures.groups()[:4]))
    assert (f"{2**keyness.log_ratio:.1f}", f"{keyness.g2:.1f}") == figures.groups()[4:]


def test_every_column_is_explained() -> None:
    assert [name for name in (*COLUMNS, *EXPORT_COLUMNS) if f"`{name}`" not in PAGE] == []


def test_every_field_of_a_trend_is_explained(example: Installation) -> None:
    document = example.json("trends", "truce", "--since", "2026-03-02", "--until", "2026-03-05", "--corrected")
    [series] = document["series"]
    names = {*document, *series, *series["buckets"][0], *document["panel"]}
    assert sorted(name for name in names if f"`{name}`" not in PAGE) == []


def test_the_page_has_examples() -> None:
    assert len(commands("console")) >= 5
    assert all(map(blocks, ("console planted", "buckets", "spikes", "keyness")))
    assert len(list(shown_articles())) >= 8
