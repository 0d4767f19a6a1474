"""The cost of polling: CPU per poll answered 304, and CPU and memory for scheduling 10,000 due feeds.

`python -m bench.polls [--feeds N] [--rounds N]`; sites in a process of its own answer on 127.0.0.2 and following.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from config.settings import Settings
from config.sources import Feed, Source
from crawler.archive import feeds
from crawler.archive.archive import open_archive
from crawler.archive.leases import Owner
from crawler.download.loop import run
from crawler.run import crawl
from crawler.schedule import LEASE

ITEMS = 50
HOSTS = [f"127.0.0.{n}" for n in range(2, 250)]  # each counts as a domain of its own


def serve(ready: Connection) -> None:
    """Answer every path with a feed of fifty items and an ETag, or with 304."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        items = "".join(
            f"<item><title>Item {n}</title><link>http://127.0.0.2:9/{n}</link></item>" for n in range(ITEMS)
        )
        body = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()
        head = (
            f'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\nETag: "1"\r\n\r\n'
        )
        while True:
            try:
                request = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            writer.write(
                b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
                if b"If-None-Match" in request
                else head.encode() + body
            )
            await writer.drain()
        writer.close()

    async def main() -> None:
        first = await asyncio.start_server(answer, HOSTS[0], 0)
        port = first.sockets[0].getsockname()[1]
        others = await asyncio.start_server(answer, HOSTS[1:], port)
        ready.send(port)
        await asyncio.gather(first.serve_forever(), others.serve_forever())

    asyncio.run(main())


def measure_304(count: int, rounds: int) -> None:
    """Print the CPU time of one poll answered 304, including the writes of its history and state."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        settings = Settings(data=data, delay=0, allow_private=("127.0.0.0/8",), obey_robots=False, min_free_disk=0)
        sources = [_source([f"http://{HOSTS[n % len(HOSTS)]}:{port}/{n}" for n in range(count)])]
        archive = open_archive(data)
        run(crawl(settings, sources, archive, once=True))
        costs = []
        for _ in range(rounds):
            began, wall = time.process_time(), time.perf_counter()
            report = run(crawl(settings, sources, archive, once=True))
            assert report.polls == {"unchanged": count}, report
            costs.append((time.process_time() - began) / count * 1_000)
            wall = time.perf_counter() - wall
            print(f"304: {costs[-1]:.2f} ms CPU a poll, {count / wall:.0f} polls/s")
        archive.close()
    server.terminate()
    print(f"304: {min(costs):.2f}–{max(costs):.2f} ms CPU a poll, {rounds} rounds of {count}; {_memory()}")


def measure_scheduling(count: int) -> None:
    """Print the cost of loading and claiming this many due feeds, each on its own domain."""
    with tempfile.TemporaryDirectory() as folder:
        archive = open_archive(Path(folder))
        source = _source([f"https://outlet{n}.example/rss" for n in range(count)])
        print(f"schedule: before {_memory()}")
        now = datetime.now(UTC)
        began = time.process_time()
        with archive.database.write() as connection:
            feeds.sync(connection, source.feeds, now)
        print(f"schedule: taking up {count:,} feeds {time.process_time() - began:.2f} s CPU; {_memory()}")
        owner = Owner("crawler")
        began, claimed, ticks = time.process_time(), 0, 0
        while True:
            with archive.database.write() as connection:
                some = feeds.claim_due(connection, 16, now=now, lease=LEASE, owner=owner)
            if not some:
                break
            claimed, ticks = claimed + len(some), ticks + 1
        spent = (time.process_time() - began) * 1_000
        print(f"schedule: {claimed:,} claimed in {ticks} ticks, {spent / ticks:.2f} ms CPU a tick; {_memory()}")
        began = time.process_time()
        with archive.database.write() as connection:
            feeds.claim_due(connection, 16, now=now + timedelta(seconds=1), lease=LEASE, owner=owner)
        print(f"schedule: a tick with nothing due {(time.process_time() - began) * 1_000:.2f} ms CPU")
        archive.close()


def _source(urls: list[str]) -> Source:
    made = tuple(Feed(id=f"s/{n}", source="s", url=url, kind="feed", every=900.0) for n, url in enumerate(urls))
    return Source(id="s", name="s", country="DE", language="en", source_class="independent", feeds=made)


def _memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6:.0f} MB resident at most"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    measure_scheduling(10_000)
    measure_304(arguments.feeds, arguments.rounds)


if __name__ == "__main__":
    main()
