"""How fast the web server answers: `python -m bench.web FOLDER [--engine URL] [--articles N] [--readers N]`.

Starts `parley serve` as a process of its own over a made-up installation (`bench.installation`), which is made when the folder
has none, and asks it over loopback. Prints for every page, warm (asked for once, and what that left to count in the background
is counted): the wall time of an answer, the server's CPU time, and its bytes as they come over the wire and unpacked; then the
Overview with many readers, while `parley index` reads pages as they arrive. Works on a copy, so that every run begins with the
same articles; those that were added to the index of another engine are removed again. The folder must lie outside of the
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
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Event, Thread

import httpx

from bench.corpus import articles
from bench.installation import environment, make
from crawler.archive.archive import Archive, open_archive
from crawler.archive.identity import archive_id
from crawler.presence import Heartbeat, write_heartbeat
from crawler.urls import article_id
from indexer.article import Article
from indexer.engine import open_engine
from indexer.query.tree import Everything
from tests.support.collected import collect, page_of

PAGES = (
    *("/", "/?for=1d", "/?for=30d", "/?for=90d"),
    *("/themes", "/themes/truce", "/themes/truce?for=1y&by=week", "/themes/arms?for=90d"),
    *("/themes/truce/edit", "/themes/truce/versions", "/themes/new?query=truce"),
    *("/search?q=truce", "/search?q=truce+OR+ceasefire&for=60d", "/search?q=theme:arms&for=60d"),
    *("/search?q=%22peace+plan%22~3", "ARTICLE", "COPY"),
    *("/compare", "/compare?themes=truce,arms&for=90d"),
    *("/sources", "/sources/outlet-1", "/alerts", "/alerts/new?theme=truce", "/help"),
    *("/api/v1/trends?since=90d", "/api/v1/feeds/themes/truce.atom"),
)
ROUNDS = 15
PAUSE = 30.0  # seconds a reader waits at most before looking again
SLOWEST, HEAVIEST = 600.0, 60_000  # milliseconds and bytes on the wire that no page may exceed
_SECONDS = 40.0  # that the readers look
_ADDED = 5  # pages a second, 430,000 a day
_BEAT = 5.0  # seconds between two heartbeats
_STARTS = 120.0  # seconds for which the indexer may wait before it takes pages


@contextmanager
def copied(folder: Path, engine: str | None) -> Iterator[tuple[dict[str, str], str]]:
    """Yield the environment of a copy of the installation, and the address of its engine."""
    copy = folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    names = ("installation", "config", *(() if engine else ("index",)))
    try:
        for name in names:
            shutil.copytree(folder / name, copy / name)
        url = engine or f"tantivy:{copy / 'index'}"
        yield environment(copy, url), url
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@contextmanager
def served(variables: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the address of a server and the id of its process."""
    command = [sys.executable, "-m", "monitor.cli", "serve", "--port", "0"]
    process = subprocess.Popen(command, env=os.environ | dict(variables), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        address = re.search(r"http://[\d.]+:\d+", process.stdout.readline())
        assert address, "the server has not started"
        yield address[0], process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def indexed(variables: Mapping[str, str]) -> Iterator[None]:
    """Run `parley index` for as long as the block lasts."""
    command = [sys.executable, "-m", "monitor.cli", "index"]
    process = subprocess.Popen(command, env=os.environ | dict(variables), stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


@contextmanager
def alive(data: Path) -> Iterator[None]:
    """Give the signs of life of a crawler, so that the pages do not say that none is running."""
    ended = Event()

    def beat() -> None:
        while True:
            now = datetime.now(UTC)
            write_heartbeat(
                data, "crawler", Heartbeat(pid=os.getpid(), at=now, doing="crawling", trouble="", under_way=0)
            )
            if ended.wait(_BEAT):
                return

    thread = Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


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
    worst, heaviest = 0.0, 0
    with httpx.Client(base_url=address, timeout=120) as client:
        for page in PAGES:
            path = _article(client, page) if page.isupper() else page
            first = client.get(path)
            assert first.status_code == 200, (path, first.text)
            _rest(process)
            times, before = [], cpu(process)
            for _ in range(ROUNDS):
                began = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - began) * 1e3)
            spent = (cpu(process) - before) / ROUNDS * 1e3
            wire, raw = answer.num_bytes_downloaded, len(answer.content)
            print(f"{page:44} {at(0.5, times):8.0f} {at(0.95, times):6.0f} {spent:5.0f} {wire:6,} {raw:7,}", flush=True)
            worst, heaviest = max(worst, at(0.95, times)), max(heaviest, wire)
    print(
        f"slowest p95 {worst:.0f} ms (at most {SLOWEST:.0f}), heaviest {heaviest:,} bytes on the wire (at most {HEAVIEST:,})"
    )


def _rest(process: int) -> None:
    """Wait until the server no longer computes in the background what a page had asked for."""
    for _ in range(60):
        before = cpu(process)
        time.sleep(0.5)
        if cpu(process) - before < 0.05:
            return


def _article(client: httpx.Client, kind: str) -> str:
    """Return the path of an article about a truce: the story itself, or a copy that another outlet carried."""
    query = f"theme:truce is:{'copy' if kind == 'COPY' else 'story'}"
    hits = client.get("/api/v1/search", params={"query": query, "since": "60d"}).json()["hits"]
    return f"/articles/{hits[0]['id']}?mark=truce"


async def measure_readers(
    address: str, process: int, readers: int, archive: Archive, corpus: Sequence[Article]
) -> None:
    """Print the cost of the Overview for many readers while pages arrive."""
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

    async def arrive() -> int:
        coming, added = iter(corpus), 0
        while time.monotonic() < end and (batch := list(islice(coming, _ADDED))):
            await asyncio.to_thread(_collect, archive, batch)
            added += len(batch)
            await asyncio.sleep(1)
        return added

    before, indexed_before = cpu(process), archive.count_pages_by_state().get("indexed", 0)
    limits = httpx.Limits(max_connections=readers)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        arriving = asyncio.create_task(arrive())
        await asyncio.gather(*(read(client) for _ in range(readers)))
        added = await arriving
    done = archive.count_pages_by_state().get("indexed", 0) - indexed_before
    print(
        f"Overview, {readers} readers, {len(times)} answers, {added} pages arrived and {done} were indexed meanwhile: "
        f"p50 {at(0.5, times) * 1e3:.0f} ms, p95 {at(0.95, times) * 1e3:.0f} ms (at most 1,000), "
        f"{(cpu(process) - before) / len(times) * 1e3:.0f} ms of the server's CPU each, {len(errors)} errors {errors[:3]}"
    )


def _collect(archive: Archive, batch: Sequence[Article]) -> None:
    for article in batch:
        collect(
            archive,
            _name(article),
            page_of(article.text, article.title or "No title"),
            source=article.source,
            at=datetime.now(UTC),
        )


def _name(article: Article) -> str:
    return f"new/{article.serial}"


def _wait_until_taken(archive: Archive, article: Article) -> None:
    """Wait until the indexer, which loads its word tables first, has taken a page."""
    _collect(archive, [article])
    end = time.monotonic() + _STARTS
    while archive.count_pages_by_state().get("pending"):
        if time.monotonic() > end:
            sys.exit(f"the indexer has taken no page within {_STARTS:.0f} seconds")
        time.sleep(0.5)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the installation is, or is made; outside of the checkout")
    parser.add_argument("--engine", help="address of another engine (default: the embedded one in the folder)")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=200)
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    if Path(__file__).parents[1] in folder.parents:
        sys.exit("the installation must lie outside of the checkout")
    if not (folder / "installation" / "parley.db").exists():
        url = options.engine or f"tantivy:{folder / 'index'}"
        make(folder, url, options.articles, datetime.now(UTC).replace(microsecond=0))
    corpus = list(articles(round(_ADDED * _SECONDS) + 1, seed=3))
    with copied(folder, options.engine) as (variables, url):
        measure(variables, url, options.readers, corpus)


def measure(variables: Mapping[str, str], url: str, readers: int, corpus: Sequence[Article]) -> None:
    """Print all figures of an installation."""
    data = Path(variables["PARLEY_DATA"])
    archive = open_archive(data)
    engine = open_engine(url, archive=archive_id(archive.database))
    print(f"{engine.count(Everything()):,} articles; load {os.getloadavg()[0]:.1f}")
    engine.close()
    try:
        with alive(data), served(variables) as (address, process):
            measure_pages(address, process)
            with indexed(variables):
                _wait_until_taken(archive, corpus[-1])
                asyncio.run(measure_readers(address, process, readers, archive, corpus[:-1]))
    finally:
        engine = open_engine(url, writable=True, archive=archive_id(archive.database))
        engine.delete([article_id(f"https://outlet.example/{_name(article)}") for article in corpus])
        engine.refresh()
        engine.close()
        archive.close()
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
