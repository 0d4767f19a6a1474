"""Every example in docs/sources.md works as the page says, and the page lists every key, kind and option."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.check import check
from config.settings import Settings, load_settings
from config.sources import Source, load_sources
from crawler import kinds
from crawler.archive.archive import open_archive
from crawler.archive.leases import Owner
from crawler.download.loop import run
from crawler.download.own_spider import LONGEST
from crawler.kinds import feed as feed_kind
from crawler.kinds import listing, sitemap
from crawler.run import crawl
from tests.support.overlay import write
from tests.support.responses import response
from tests.support.site import Reply, page, site

PAGE = (Path(__file__).parents[2] / "docs" / "sources.md").read_text("utf-8")
OWN = ("osw", "example-agency", "example-daily", "example-ministry", "example-channel", "example-parliament")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def files(kind: str) -> list[tuple[str, str]]:
    """Return the name and text of every file on the page; the name is on the first line."""
    return [(text.partition("\n")[0].removeprefix("# "), text) for text in blocks(kind)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An overlay folder with the source and spider files of the page."""
    for name, text in [*files("toml"), *files("python")]:
        if name != "settings.toml":
            write(tmp_path, name, text)
    return tmp_path


def sources(folder: Path, shipped: Sequence[str] | None = None) -> dict[str, Source]:
    return {source.id: source for source in load_sources(folder, kinds.checks(folder), shipped)}


def test_the_files_on_the_page_are_valid_alongside_the_shipped_ones(folder: Path) -> None:
    assert check(Settings(config=folder), kinds.checks(folder)) == []
    loaded = sources(folder)
    assert set(OWN) < set(loaded)
    assert "rt" not in loaded


def test_ids_schedules_and_states_are_as_the_page_explains(folder: Path) -> None:
    loaded = sources(folder)
    first, second = loaded["osw"].feeds
    assert (first.every, second.id, second.cron) == (3_600.0, "osw/commentary", "15 6-20 * * mon-fri")
    assert loaded["example-agency"].feeds[0].every == 30 * 60
    assert not loaded["example-agency"].feeds[1].enabled


def test_a_mistake_is_reported_as_shown_on_the_page(folder: Path) -> None:
    path = folder / "sources/osw.toml"
    path.write_text('"fed"'.join(path.read_text().rsplit('"feed"', 1)))
    (problem,) = check(Settings(config=folder, shipped_sources=()), kinds.checks(folder))
    assert f"    {problem}".replace(f"{folder}/", "") in PAGE


def test_the_listing_yields_the_links_on_the_page(folder: Path) -> None:
    [feed] = sources(folder)["example-ministry"].feeds
    [html], [expected] = blocks("html"), blocks("links")
    listed = response(html, feed.url, "text/html")
    shown = [
        (
            link.url,
            f"{link.hints.published:%Y-%m-%d %H:%M}"[: 10 if link.hints.published_precision == "day" else 16],
            link.hints.title,
        )
        for link in listing.read(feed, listed).links
        if link.hints.published
    ]
    assert shown == [tuple(re.split(r"  +", line)) for line in expected.strip().splitlines()]


def test_the_spider_collects_its_items_from_a_site(folder: Path) -> None:
    with site() as running:
        base = running.url("")
        running.routes["/speeches"] = Reply(body=b'<ul><li><a href="/1">One</a></li><li><a href="/2">Two</a></li></ul>')
        for number in ("1", "2"):
            speech = page(f"Speech {number}", "We talk of a truce.").replace(
                b"<h1>", b'<time datetime="2026-03-02T09:10:00Z"></time><b class="speaker">Ann</b><h1>'
            )
            running.routes[f"/{number}"] = Reply(body=speech)
        for path in (folder / "sources/example-parliament.toml", folder / "spiders/speeches.py"):
            path.write_text(path.read_text().replace("https://parliament.example", base))
        items = collected(folder, ("example-parliament",))
    assert sorted(item["title"] for item in items) == ["Speech 1", "Speech 2"]
    assert items[0] | {"title": "", "url": ""} == {
        "url": "",
        "title": "",
        "text": "We talk of a truce.",
        "published": "2026-03-02T09:10:00Z",
        "author": "Ann",
        "session": 7,
    }


def collected(folder: Path, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return the items stored by one crawl of these sources."""
    settings = Settings(
        config=folder, data=folder / "data", delay=0, allow_private=("127.0.0.2",), min_free_disk=0, timeout=60
    )
    archive = open_archive(settings.data)
    try:
        chosen = tuple(source for id, source in sources(folder, ()).items() if id in ids)
        run(crawl(settings, chosen, archive, once=True))
        pages = archive.claim_pages(100, datetime.now(UTC), timedelta(minutes=1), Owner("test"))
        return [json.loads(archive.body(page.number)) for page in pages]
    finally:
        archive.close()


CHOICES = [(), ("bbc-world", "tass")]
SETTINGS = [text for name, text in files("toml") if name == "settings.toml"]


@pytest.mark.parametrize(("text", "ids"), [*zip(SETTINGS, CHOICES, strict=True)])
def test_the_settings_on_the_page_turn_off_the_right_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, ids: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PARLEY_CONFIG", str(write(tmp_path, "settings.toml", text)))
    assert tuple(sources(tmp_path, load_settings().shipped_sources)) == ids


@pytest.mark.parametrize(("line", "ids"), [*zip(blocks("sh")[0].split(), CHOICES, strict=True)])
def test_the_variables_on_the_page_turn_off_the_right_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, ids: tuple[str, ...]
) -> None:
    monkeypatch.setenv(*line.split("="))
    assert tuple(sources(tmp_path, load_settings().shipped_sources)) == ids


def test_every_option_of_every_kind_is_listed() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert [name for name in (*listing._OPTIONS, *sitemap._OPTIONS, "spider") if name not in rows] == []
    assert [name for name in kinds.names() if f"The kind `{name}`" not in PAGE] == []


def test_limits_agree_with_the_code() -> None:
    limits = {
        f"({feed_kind.FULL_TEXT_CHARS} characters or more)",
        f"At most {listing.MAX_LINKS:,} links",
        f"at most {listing.PATTERN_CHARS} characters",
        f"| `children` | {sitemap.CHILDREN} |",
        f"| `links` | {sitemap.LINKS} |",
        f"ends after {LONGEST // 60} minutes",
    }
    assert {limit for limit in limits if limit not in PAGE} == set()
