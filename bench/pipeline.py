"""Articles per CPU-second, all processes, from feed to searchable: Parley compared with common alternatives.

usage: python -m bench.pipeline DATA_FOLDER [--rounds N] [--times N] [--news-please PYTHON]

The real pages of DATA_FOLDER/extraction are served from six loopback hosts by a process of its own that is not counted, each
under N addresses (3), so that what it costs to start, which is spent once a day at most, is no large part of the whole.
The contenders take turns; each starts from nothing, but for Parley's word tables, which an installation builds once.
PYTHON is the interpreter of an environment that has news-please, which is slow and gets each page once.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.cpu import spent
from config.settings import Settings
from config.sources import Feed, Source
from indexer.engine import open_engine
from indexer.morphology import open_morphology
from indexer.query.tree import Everything
from monitor.demo.overlay import write_overlay

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--news-please", metavar="PYTHON")
    arguments = parser.parse_args()
    server = [sys.executable, "-m", "tests.support.press", str(arguments.data), str(arguments.times)]
    with subprocess.Popen(server, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as press:
        assert press.stdout is not None and press.stdin is not None
        build_tables()
        served = json.loads(press.stdout.readline())
        compare(served, arguments.rounds, arguments.news_please)
        press.stdin.close()


def build_tables() -> None:
    """Build the word tables before anything is measured."""
    open_morphology(Settings().cache / "words")


def compare(served: dict[str, list[str]], rounds: int, news_please: str | None) -> None:
    """Run the contenders in turn and print each figure and the ratios of the medians."""
    contenders: dict[str, Callable[[Path], int]] = {
        "parley": lambda folder: parley(served["feeds"], folder),
        "scrapy + trafilatura inline": lambda folder: inline(served["feeds"], folder),
    }
    if news_please:
        contenders["news-please"] = lambda folder: please(served["pages"], folder, news_please)
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(1, rounds + 1):
        for name, run in contenders.items():
            articles, seconds = measured(run)
            rates[name].append(articles / seconds)
            print(
                f"round {number}  {name:28} {articles:4} articles  {seconds:6.1f} CPU-s  {articles / seconds:6.1f}/CPU-s",
                flush=True,
            )
    ours = statistics.median(rates["parley"])
    for name, figures in rates.items():
        print(
            f"median  {name:28} {statistics.median(figures):6.1f}/CPU-s  parley is {ours / statistics.median(figures):.2f} x"
        )


def measured(run: Callable[[Path], int]) -> tuple[int, float]:
    """Return how many articles a contender made and the CPU seconds of all its processes."""
    folder = Path(tempfile.mkdtemp(prefix="parley-bench-"))
    try:
        return spent(lambda: run(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def parley(feeds: list[str], folder: Path) -> int:
    """Crawl and index into an empty data folder; the articles counted are those in the engine at the end."""
    overlay = folder / "config"
    write_overlay(overlay, [source(feeds)])
    environment = os.environ | {
        "PARLEY_CONFIG": str(overlay),
        "PARLEY_DATA": str(folder / "data"),
        "PARLEY_ALLOW_PRIVATE": "127.0.0.0/8",
        "PARLEY_DELAY": "0",
    }
    command = [sys.executable, "-m", "monitor.cli"]
    for words in (["crawl", "--once"], ["index", "--once"]):
        subprocess.run([*command, *words], env=environment, check=True, stdout=subprocess.DEVNULL)
    engine = open_engine(f"tantivy:{folder / 'data' / 'index'}")
    try:
        return engine.count(Everything())
    finally:
        engine.close()


def source(feeds: list[str]) -> Source:
    """Return a source with these feeds."""
    made = tuple(
        Feed(id=f"press/{number}", source="press", url=url, kind="feed", every=3_600.0)
        for number, url in enumerate(feeds)
    )
    return Source(id="press", name="Press", country="XX", language="en", source_class="independent", feeds=made)


def inline(feeds: list[str], folder: Path) -> int:
    """Run the spider that extracts inline."""
    (folder / "feeds.json").write_text(json.dumps(feeds))
    command = [
        sys.executable,
        str(HERE / "peers" / "inline_spider.py"),
        str(folder / "feeds.json"),
        str(folder / "out.jsonl"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return lines(folder / "out.jsonl")


def please(pages: list[str], folder: Path, python: str) -> int:
    """Run news-please directly on the addresses, so that it need not read the feeds."""
    (folder / "urls.json").write_text(json.dumps(pages))
    command = [python, str(HERE / "peers" / "news_please.py"), str(folder / "urls.json"), str(folder / "out.jsonl")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return lines(folder / "out.jsonl")


def lines(file: Path) -> int:
    """Return how many articles a contender wrote."""
    with file.open(encoding="utf-8") as written:
        return sum(1 for _ in written)


if __name__ == "__main__":
    main()
