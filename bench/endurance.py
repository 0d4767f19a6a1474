"""Whether the memory of a running Parley grows: python -m bench.endurance [--minutes N] [--sites N] [--samples FILE]

Runs `parley run` over five hundred news sites on loopback (`bench/sites.py`), half of them hostile, while a reader asks for
pages. Every ten seconds the memory of each process is read. Prints how much each process grows per minute after the
first ten, with the 95% interval, what was collected meanwhile, and the load of the machine. Everything is in a temporary folder.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import multiprocessing
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields
from pathlib import Path

import httpx
from sqlalchemy import func, select

from bench.memory import Sample, samples, slope
from bench.sites import HOSTS, serve, sources
from crawler.archive.fetches import fetches
from tests.support.ports import free_port
from tests.support.processes import Parley

INTERVAL = 10.0  # seconds between two samples
WARM_UP = 10.0  # minutes in which caches fill
BOUND = 0.3  # MB a minute
_READ_EVERY = 5.0  # seconds between two pages of the reader
_PAGES = (
    "/",
    "/themes",
    "/themes/truce",
    "/search?q=truce",
    "/sources",
    "/compare",
    "/search?q=the+OR+of&for=7d",
    "/help",
)
_STOPS_WITHIN = 60.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--sites", type=int, default=HOSTS)
    parser.add_argument("--warm-up", type=float, default=WARM_UP, help="minutes that do not count")
    parser.add_argument("--samples", type=Path, help="also write every sample to this file, as CSV")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which ends what was started
    with tempfile.TemporaryDirectory(prefix="parley-endurance-") as name, _sites(arguments.sites) as port:
        parley = Parley(
            Path(name), shipped_themes=None, delay=1, workers=2, allow_private="127.0.0.0/16", web_port=free_port()
        )
        parley.use(sources(port, arguments.sites))
        with _running(parley) as process, _reader(parley) as answers:
            taken = list(_written(watch(process, arguments.minutes * 60), arguments.samples))
        for line in itertools.chain(report(taken, arguments.warm_up * 60), _work(parley)):
            print(line)
        print(f"answers to the reader: {', '.join(f'{status}: {number}' for status, number in answers.items())}")
        loads = [sample.load for sample in taken]
        print(f"load {min(loads):.1f}–{max(loads):.1f}, mean {statistics.fmean(loads):.1f}, on {os.cpu_count()} cores")


def watch(process: subprocess.Popen[str], seconds: float) -> Iterator[Sample]:
    """Yield samples of a process and its descendants for so many seconds.

    Raises:
        SystemExit: the process ended by itself.
    """
    started = time.monotonic()
    for turn in itertools.count(1):
        wait = started + turn * INTERVAL - time.monotonic()
        with suppress(subprocess.TimeoutExpired):
            raise SystemExit(f"parley run ended by itself with exit code {process.wait(max(wait, 0))}")
        at = time.monotonic() - started
        yield from samples(process.pid, at)
        if at >= seconds:
            return


def report(taken: Sequence[Sample], warm_up: float) -> Iterator[str]:
    """Yield the lines of the table: processes that lived for half of the time alone, the others by what they are."""
    series: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for sample in taken:
        series[sample.part, sample.pid].append(sample)
    end = max(sample.at for sample in taken)
    yield f"{'process':22} {'RSS then, at end, most':>26} {'growth of RSS':>16} {'of its own':>16} {'of anonymous':>16}  CPU s"
    brief: dict[str, list[list[Sample]]] = defaultdict(list)
    for (part, _), life in sorted(series.items()):
        late = [sample for sample in life if sample.at >= warm_up]
        if not late or late[-1].at - late[0].at < (end - warm_up) / 2:
            brief[part].append(life)
            continue
        yield _row(part, late, max(sample.rss for sample in life))
    for part, lives in brief.items():
        most = max(sample.rss for life in lives for sample in life)
        yield f"{part}: {len(lives)} that were replaced, {most:.0f} MB at most"
    totals = [_total(group) for _, group in itertools.groupby(taken, lambda sample: sample.at)]
    late = [sample for sample in totals if sample.at >= warm_up]
    if late:
        yield _row("all, by PSS", late, max(sample.rss for sample in totals))


def _row(part: str, late: Sequence[Sample], most: float) -> str:
    at = [sample.at for sample in late]
    rates = [slope(at, [getattr(sample, name) for sample in late]) for name in ("rss", "unshared", "anonymous")]
    mark = " !" if rates[0].rate > BOUND else ""
    sizes = f"{late[0].rss:.0f} {late[-1].rss:7.0f} {most:7.0f}"
    return f"{part:22} {sizes:>26} {rates[0]!s:>16} {rates[1]!s:>16} {rates[2]!s:>16} {late[-1].cpu:6.0f}{mark}"


def _total(group: Iterable[Sample]) -> Sample:
    every = list(group)
    sums = {name: sum(getattr(sample, name) for sample in every) for name in ("pss", "unshared", "anonymous", "cpu")}
    return Sample(at=every[0].at, pid=0, part="all", rss=sums["pss"], load=every[0].load, **sums)


def _work(parley: Parley) -> Iterator[str]:
    """Yield what the installation did, and whether its contents agree."""
    archive = parley.archive()
    with archive.database.read() as connection:
        polls: dict[str, int] = dict(
            connection.execute(select(fetches.c.outcome, func.count()).group_by(fetches.c.outcome)).all()
        )
    pages = archive.count_pages_by_state()
    archive.close()
    for what, counts in (("polls", polls), ("pages", pages)):
        each = ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda pair: -pair[1]))
        yield f"{what}: {sum(counts.values()):,} ({each})"
    verified = parley.run("verify")
    yield f"verify: exit code {verified.code}, {verified.out.strip()}{verified.err.strip()}"


def _written(taken: Iterable[Sample], path: Path | None) -> Iterator[Sample]:
    """Yield samples, and write each to a file first."""
    if path is None:
        yield from taken
        return
    with path.open("w", newline="", buffering=1) as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Sample)])
        writer.writeheader()
        for sample in taken:
            writer.writerow(asdict(sample))
            yield sample


@contextmanager
def _sites(number: int) -> Iterator[int]:
    """Serve the sites in a process of their own, and yield their port."""
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there, number), daemon=True)
    server.start()
    try:
        yield here.recv()
    finally:
        server.terminate()
        server.join()


@contextmanager
def _running(parley: Parley) -> Iterator[subprocess.Popen[str]]:
    process = parley.start("run")
    try:
        yield process
        process.terminate()
        code = process.wait(_STOPS_WITHIN)
        print(f"parley run stopped with exit code {code}")
    finally:
        process.kill()
        process.wait()


@contextmanager
def _reader(parley: Parley) -> Iterator[Counter[int]]:
    """Have somebody read one page after another, and yield the number of answers of each status."""
    ending = threading.Event()
    statuses: Counter[int] = Counter()

    def read() -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{parley.settings.web_port}", timeout=60) as client:
            for path in itertools.cycle(_PAGES):
                if ending.wait(_READ_EVERY):
                    return
                with suppress(httpx.HTTPError):
                    statuses[client.get(path).status_code] += 1

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield statuses
    finally:
        ending.set()
        thread.join()


if __name__ == "__main__":
    main()
