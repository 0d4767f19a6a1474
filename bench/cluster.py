"""What one node of three costs that is frozen or cut off from the network: `python -m bench.cluster`.

On a real cluster with the settings that docs/elasticsearch.md advises, for the node that holds the primary shard, the one that
holds its copy, and the third: the time of a search before, of the first one after the node failed, and of later ones, from a
reader that was open and from new ones; and how long an indexer needs for its next batch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter
from uuid import uuid4

from bench.corpus import articles
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms
from tests.support.elasticsearch_cluster import Cluster

ARTICLES = 2_000
SEARCHES = 60
BATCH = 50


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def search(engine: Engine) -> None:
    """Search as a person does."""
    engine.search(Forms("words", frozenset({"peace", "мир"})), limit=20)


def search_anew(url: str) -> None:
    """Open the engine and search, as a command does."""
    engine = open_engine(url)
    search(engine)
    engine.close()


def measure(role: str, url: str, failure: AbstractContextManager[None]) -> None:
    """Print what the failure of the node with this role costs."""
    reader, writer = open_engine(url), open_engine(url, writable=True)
    batch = list(articles(BATCH, seed=9))

    def write() -> None:
        writer.add(batch)
        writer.refresh()

    for _ in range(20):
        search(reader)
    before = median(seconds(lambda: search(reader)) for _ in range(SEARCHES))
    before_anew = median(seconds(lambda: search_anew(url)) for _ in range(SEARCHES))
    written_before = seconds(write)
    with failure:
        # All nodes take their turn, so the slowest of the first few is the one that met the node.
        first = max(seconds(lambda: search(reader)) for _ in range(3))
        written = seconds(write)
        after = median(seconds(lambda: search(reader)) for _ in range(SEARCHES))
        anew = [seconds(lambda: search_anew(url)) for _ in range(SEARCHES)]
    reader.close()
    writer.close()
    print(
        f"  {role:16} search {before * 1e3:5.0f} ms, first {first:4.1f} s, then {after * 1e3:5.0f} ms ({after / before:4.2f} x); "
        f"new process {before_anew * 1e3:5.0f} ms, then {median(anew) * 1e3:5.0f} ms, at most {max(anew):4.1f} s; "
        f"batch of {BATCH} {written_before:4.1f} s, then {written:4.1f} s",
        flush=True,
    )


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        cluster = Cluster(Path(folder))
        try:
            url = f"elasticsearch://{cluster.hosts}/bench-{uuid4().hex}?replicas=1"
            engine = open_engine(url, writable=True)
            engine.add(list(articles(ARTICLES)))
            engine.refresh()
            engine.close()
            for kind, role in product(("frozen", "cut off"), ("primary", "copy", "neither")):
                cluster.wait_until_green()
                nodes = cluster.holders(url.rpartition("/")[2].partition("?")[0])
                third = next(number for number in range(3) if number not in nodes.values())
                number = {"primary": nodes["p"], "copy": nodes["r"], "neither": third}[role]
                failure = cluster.frozen(number) if kind == "frozen" else cluster.cut_off(number)
                measure(f"{kind}, {role}", url, failure)
        finally:
            cluster.kill()


if __name__ == "__main__":
    main()
