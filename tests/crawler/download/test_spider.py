"""The spider as Scrapy's own command line runs it, from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crawler.archive.archive import open_archive
from crawler.presence import only_one
from tests.support.crawl_process import ROOT
from tests.support.overlay import write
from tests.support.site import Site

SCRAPY = Path(sys.executable).with_name("scrapy")


def scrapy(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Scrapy's command line with the overlay and the data in that folder."""
    environment = {
        "PARLEY_DATA": str(data / "data"),
        "PARLEY_CONFIG": str(data / "config"),
        "PARLEY_ALLOW_PRIVATE": "127.0.0.2",
        "PARLEY_DELAY": "0",
        "PARLEY_MIN_FREE_DISK": "0",
    }
    return subprocess.run(
        [SCRAPY, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def configure(folder: Path, news: Site) -> None:
    """Write a source `mine` with a feed of the site."""
    text = f"""
name = "Mine"
country = "DE"
language = "en"
class = "independent"
[[feeds]]
url = "{news.url("/rss")}"
kind = "feed"
"""
    write(folder / "config", "sources/mine.toml", text)


def test_scrapy_list_finds_the_spider(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    assert scrapy(tmp_path, "list").stdout == "parley\n"


def test_scrapy_crawl_collects_as_configured(tmp_path: Path, news: Site) -> None:
    news.add_articles("a", "b")
    configure(tmp_path, news)
    done = scrapy(tmp_path, "crawl", "parley", "-a", "source=mine", "-a", "once=1")
    assert (done.returncode, done.stderr) == (0, "")
    assert open_archive(tmp_path / "data").count_pages_by_state() == {"pending": 2}


def test_scrapy_crawl_explains_why_it_cannot_run(tmp_path: Path, news: Site) -> None:
    configure(tmp_path, news)
    with only_one(tmp_path / "data", "crawler"):
        done = scrapy(tmp_path, "crawl", "parley", "-a", "source=mine", "-a", "once=1")
    assert "another crawler" in done.stderr
    assert "Traceback" not in done.stderr
