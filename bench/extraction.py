"""Pages per CPU-second: our extraction, metadata included, against trafilatura's fast mode with metadata, alternating.

Run: PARLEY_TEST_DATA=… python -m bench.extraction [ROUNDS]
"""

from __future__ import annotations

import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction

from indexer.extract import extract

Pages = list[tuple[bytes, str]]


def pages(folder: Path) -> Pages:
    """Return the pages of every set as (body, address)."""
    found: Pages = []
    for index in sorted(folder.glob("*/index.jsonl")):
        for line in index.read_text("utf-8").splitlines():
            row = json.loads(line)
            raw = (index.parent / row["html"]).read_bytes()
            found.append((gzip.decompress(raw) if row["html"].endswith(".gz") else raw, row.get("url") or ""))
    return found


def theirs(body: bytes, url: str) -> object:
    """Extract with trafilatura, fast, with metadata."""
    return bare_extraction(body, url=url, fast=True, with_metadata=True, include_comments=False)


def seconds(reader: Callable[[bytes, str], object], batch: Pages) -> float:
    """Return the CPU seconds a reader takes for the pages."""
    start = time.process_time()
    for body, url in batch:
        reader(body, url)
    return time.process_time() - start


def main(rounds: int = 3) -> None:
    """Print pages per CPU-second of both and the ratio, per round and as the median."""
    batch = pages(Path(os.environ["PARLEY_TEST_DATA"]) / "extraction")
    seconds(extract, batch[:5])
    seconds(theirs, batch[:5])
    ratios = []
    for number in range(1, rounds + 1):
        ours, other = seconds(extract, batch), seconds(theirs, batch)
        ratios.append(other / ours)
        print(
            f"round {number}: ours {len(batch) / ours:.1f}, trafilatura fast {len(batch) / other:.1f}, ratio {other / ours:.2f}"
        )
    print(f"{len(batch)} pages, median ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
