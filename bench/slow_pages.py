"""How long the pages of one host that take all the time they get delay the pages of others.

usage: python -m bench.slow_pages [--rounds N] [--pages N] [--workers N]

N honest pages (1,000) of twenty sources are indexed alone, and behind as many of one other host that never finish by themselves.
The real time until all honest ones are searchable is compared; the two take turns. The archive and the index are real, in a
temporary folder. A slow page runs a pattern that needs longer than the universe is old, inside the library, where no timer of
Python's reaches it.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.corpus import articles
from config.settings import DEFAULT_MAX_BYTES
from crawler.archive.archive import Archive, open_archive
from crawler.archive.frontier import know
from crawler.archive.pages import keep_page
from crawler.page import RawPage
from indexer.article import Extraction
from indexer.copies.index import CopyIndex
from indexer.engine import open_engine
from indexer.extract import NoArticle
from indexer.extract.lanes import Lanes
from indexer.extract.pool import Job
from indexer.extract.pool import read as read_honest
from indexer.jobs.pipeline import Pipeline
from indexer.jobs.reading import Reading
from indexer.query.tree import Everything
from indexer.themes.tagger import Tagger

_SOURCES = 20
_SECONDS = 20.0  # the limit of one page, as by default
_SLOW = "https://slow.example/"
_COLLECTED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(job: Job) -> Extraction | NoArticle:
    """Extract an honest page; never return from a slow one."""
    if job.url.startswith(_SLOW):
        re.fullmatch(r"(a|a)*b", "a" * 200)
    return read_honest(job)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    ratios: list[float] = []
    for _ in range(arguments.rounds):
        alone, beside = (seconds(arguments.pages, slow, arguments.workers) for slow in (0, arguments.pages))
        ratios.append(beside / alone)
        print(f"alone {alone:.1f} s, behind slow pages {beside:.1f} s: {ratios[-1]:.2f} ×", flush=True)
    print(f"median {statistics.median(ratios):.2f} ×")


def seconds(honest: int, slow: int, workers: int) -> float:
    """Return the seconds until all honest pages are searchable."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = open_archive(folder)
        engine = open_engine(f"tantivy:{folder / 'index'}", writable=True)
        fill(archive, honest, slow)
        with Lanes(workers, _SECONDS, DEFAULT_MAX_BYTES, reader=read) as lanes:
            pipeline = Pipeline(
                archive=archive, engine=engine, reading=Reading(archive, lanes), copies=CopyIndex(30), tagger=Tagger([])
            )
            started = time.monotonic()
            while engine.count(Everything()) < honest:
                pipeline.work(datetime.now(UTC))
            taken = time.monotonic() - started
        engine.close()
        archive.close()
    return taken


def fill(archive: Archive, honest: int, slow: int) -> None:
    """Store the pages, the slow ones first."""
    pages = [("slow", f"{_SLOW}{number}", f"<html><body><p>{number}</p></body></html>") for number in range(slow)]
    for number, article in enumerate(articles(honest)):
        source = f"source{number % _SOURCES}"
        paragraphs = "".join(f"<p>{line}</p>" for line in article.text.splitlines())
        html = f"<html><body><article><h1>{article.title}</h1>{paragraphs}</article></body></html>"
        pages.append((source, f"https://{source}.example/{number}", html))
    raw = [
        (source, RawPage(url=url, body=html.encode(), content_type="text/html", kind="document"))
        for source, url, html in pages
    ]
    archive.bodies.put({page.body_hash: page.body for _, page in raw})
    with archive.database.write() as connection:
        for source, page in raw:
            serial = know(connection, page.url, source=source, feed=f"{source}/1", now=_COLLECTED)
            keep_page(connection, serial, page, source=source, feed=f"{source}/1", collected=_COLLECTED)


if __name__ == "__main__":
    main()
