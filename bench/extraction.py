"""Pages per CPU-second: our extraction, metadata included, against trafilatura's fast mode with metadata, alternating.

Run: PARLEY_TEST_DATA=… python -m bench.extraction [ROUNDS]
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction

from bench.data import data_folder
from indexer.extract import extract

Pages = list[tuple[bytes, str]]
Reader = Callable[[bytes, str], object]


def pages(folder: Path) -> Pages:
    """Return the pages of every set as (body, address)."""
    documents: Pages = []
    for index in sorted(folder.glob("*/index.jsonl")):
        for line in index.read_text("utf-8").splitlines():
            row = json.loads(line)
            raw = (index.parent / row["html"]).read_bytes()
            documents.append((gzip.decompress(raw) if row["html"].endswith(".gz") else raw, row.get("url") or ""))
    return documents


def theirs(body: bytes, url: str) -> object:
    """Extract with trafilatura, fast, with metadata."""
    return bare_extraction(body, url=url, fast=True, with_metadata=True, include_comments=False)


def seconds(reader: Reader, body: bytes, url: str) -> float:
    """Return the CPU seconds a reader takes for one page."""
    start = time.process_time()
    reader(body, url)
    return time.process_time() - start


def main(rounds: int = 3) -> None:
    """Print pages per CPU-second of both and the ratio, per round and for the fastest turn of every page.

    The two take turns page by page. Both load what they need in a round that is not counted.
    """
    batch = pages(data_folder() / "extraction")
    for body, url in batch:
        extract(body, url), theirs(body, url)
    fastest = [(math.inf, math.inf)] * len(batch)
    for number in range(1, rounds + 1):
        taken = [(seconds(extract, body, url), seconds(theirs, body, url)) for body, url in batch]
        fastest = [(min(a, c), min(b, d)) for (a, b), (c, d) in zip(fastest, taken, strict=True)]
        print(f"round {number}: {_rates(taken)}", flush=True)
    print(f"fastest turn of each of {len(batch)} pages: {_rates(fastest)}")


def _rates(taken: list[tuple[float, float]]) -> str:
    ours, other = (sum(column) for column in zip(*taken, strict=True))
    return f"ours {len(taken) / ours:.1f}, trafilatura fast {len(taken) / other:.1f}, ratio {other / ours:.2f}"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
