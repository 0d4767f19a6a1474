"""How fast the web server answers: `python -m bench.web FOLDER [--engine URL] [--articles N] [--readers N]`.

Starts `parley serve` as a process of its own over a made-up corpus and asks it over loopback. Prints for every page, warm: the
wall time of an answer, the server's CPU time, and its bytes as they come over the wire and unpacked; then the Overview with many
readers, while articles are added to the index, which are removed again. The embedded index is that of `bench.search` and is made
when the folder has none; at the address of an engine, one is made when it has no article. The folder must lie outside of the
checkout.

Every reader waits between two looks at the page, up to `PAUSE` seconds, 15 on average; without a wait, the readers would measure
nothing but the processor.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import httpx

from bench.corpus import SOURCES, articles
from bench.search import BATCH
from crawler.archive.archive import open_archive
from crawler.archive.identity import archive_id
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything

PAGES = (
    *(
        "/",
        "/?for=30d",
        "/?for=90d",
        "/themes",
        "/themes/truce",
        "/themes/truce?for=1y&by=week",
        "/themes/arms?for=90d",
    ),
    *("/search?q=truce", "/search?q=truce+OR+ceasefire&for=60d", "/search?q=theme:arms&for=60d"),
    *("/search?q=%22peace+plan%22~3", "/compare", "/compare?themes=truce,arms&for=90d"),
    *("/sources", "/sources/outlet-1", "/help"),
    *("/api/v1/trends?since=90d", "/api/v1/feeds/themes/truce.atom"),
)
ROUNDS = 15
PAUSE = 30.0  # seconds a reader waits at most before looking again
_SECONDS = 40.0  # that the readers look
_ADDED = 20  # articles a second, 1.7 million a day
_MOST_ADDED = round(_ADDED * _SECONDS)
_SOURCE = """
name = "{name}"
country = "GB"
language = "en"
class = "{kind}"

[[feeds]]
url = "https://{name}.example/rss"
kind = "feed"
"""
_CLASSES = ("independent", "state", "wire", "public")


def prepare(folder: Path, url: str, number: int) -> dict[str, str]:
    """Make what is missing of the installation and return the environment of its processes."""
    config, data = folder / "config", folder / "installation"
    (config / "sources").mkdir(parents=True, exist_ok=True)
    (config / "settings.toml").write_text("shipped_sources = 'none'\n")
    for place, name in enumerate(SOURCES):
        (config / "sources" / f"{name}.toml").write_text(_SOURCE.format(name=name, kind=_CLASSES[place % 4]))
    archive = open_archive(data)
    with archive.database.read():
        engine = open_engine(url, writable=True, archive=archive_id(archive.database))
    if not engine.count(Everything()):
        fill(engine, number)
    engine.close()
    archive.close()
    return {"PARLEY_DATA": str(data), "PARLEY_CONFIG": str(config), "PARLEY_ENGINE": url, "PARLEY_LOG_LEVEL": "warning"}


def fill(engine: Engine, number: int) -> None:
    """Add a corpus to an engine."""
    corpus = articles(number)
    while batch := list(islice(corpus, BATCH)):
        engine.add(batch)
    engine.refresh()


@contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the address of a server and the id of its process."""
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
        assert address, "the server has not started"
        yield address[0], process.pid
    finally:
        process.terminate()
        process.wait()


def cpu(process: int) -> float:
    """Return the CPU seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def at(share: float, values: Sequence[float]) -> float:
    """Return a percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def measure_pages(address: str, process: int) -> None:
    """Print the cost of every page, warm, in milliseconds and bytes."""
    print(f"{'page':44} wall p50    p95   CPU   wire    raw")
    with httpx.Client(base_url=address, timeout=120) as client:
        for path in PAGES:
            first = client.get(path)
            assert first.status_code == 200, (path, first.text)
            times, before = [], cpu(process)
            for _ in range(ROUNDS):
                began = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - began) * 1e3)
            spent = (cpu(process) - before) / ROUNDS * 1e3
            wire, raw = answer.num_bytes_downloaded, len(answer.content)
            print(f"{path:44} {at(0.5, times):8.0f} {at(0.95, times):6.0f} {spent:5.0f} {wire:6,} {raw:7,}", flush=True)


async def measure_readers(address: str, readers: int, engine: Engine, corpus: Sequence[Article]) -> None:
    """Print the cost of the Overview for many readers while the articles are added, as if published now."""
    times: list[float] = []
    errors: list[str] = []
    end = time.monotonic() + _SECONDS

    async def read(client: httpx.AsyncClient) -> None:
        await asyncio.sleep(random.uniform(0, PAUSE / 2))
        while time.monotonic() < end:
            began = time.perf_counter()
            try:
                answer = await client.get("/")
                if answer.status_code != 200:
                    errors.append(str(answer.status_code))
            except httpx.HTTPError as error:
                errors.append(repr(error))
            times.append(time.perf_counter() - began)
            await asyncio.sleep(random.uniform(0, PAUSE))

    async def index() -> int:
        added = 0
        while time.monotonic() < end and added < len(corpus):
            now = datetime.now(UTC)
            batch = [
                replace(article, serial=10_000_000 + added + place, published=now, collected=now)
                for place, article in enumerate(corpus[added : added + _ADDED])
            ]
            await asyncio.to_thread(engine.add, batch)
            await asyncio.to_thread(engine.refresh)
            added += len(batch)
            await asyncio.sleep(1)
        return added

    limits = httpx.Limits(max_connections=readers)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        *_, added = await asyncio.gather(*(read(client) for _ in range(readers)), index())
    print(
        f"Overview, {readers} readers, {len(times)} answers, {added} articles added meanwhile: "
        f"p50 {at(0.5, times) * 1e3:.0f} ms, p95 {at(0.95, times) * 1e3:.0f} ms, {len(errors)} errors {errors[:3]}"
    )


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the index is, or is made; outside of the checkout")
    parser.add_argument("--engine", help="address of another engine (default: the embedded one in the folder)")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=200)
    options = parser.parse_args()
    if Path(__file__).parents[1] in options.folder.resolve().parents:
        sys.exit("the index must lie outside of the checkout")
    url = options.engine or f"tantivy:{options.folder / 'index'}"
    environment = prepare(options.folder, url, options.articles)
    print(f"load {os.getloadavg()[0]:.1f}")
    with served(environment) as (address, process):
        measure_pages(address, process)
        archive = open_archive(options.folder / "installation")
        engine = open_engine(url, writable=True, archive=archive_id(archive.database))
        corpus = list(articles(_MOST_ADDED, seed=3))
        try:
            asyncio.run(measure_readers(address, options.readers, engine, corpus))
        finally:
            engine.delete([article.id for article in corpus])
            engine.refresh()
            engine.close()
        archive.close()
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
