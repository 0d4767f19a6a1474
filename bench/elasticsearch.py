"""How fast Elasticsearch is through Parley: `python -m bench.elasticsearch [--articles N] [--small N]`.

On a real server, the contenders alternating: bulk indexing beside a bare `helpers.streaming_bulk` of the same documents; searches
and trends beside the same requests sent by hand; the embedded engine and Elasticsearch side by side over N articles of the
made-up corpus. With `--small N` instead: what an article costs on both engines among 10,000 small ones and among N.

CPU is that of this process and, for Elasticsearch, of the server. What a server remembers of answers is dropped before each.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import islice
from multiprocessing import get_context
from operator import methodcaller
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any
from unittest.mock import patch
from uuid import uuid4
from zoneinfo import ZoneInfo

from elasticsearch import Elasticsearch, helpers

from bench.corpus import LAST, SPAN, articles
from bench.server import NOTHING, Cost, Server, other_threads, own_cost, resident, running
from bench.tagging import shipped
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.engines.elasticsearch.address import parse
from indexer.engines.elasticsearch.engine import ElasticsearchEngine
from indexer.engines.elasticsearch.json import FastJson
from indexer.engines.elasticsearch.schema import to_document
from indexer.query.tree import Everything, Value
from indexer.stored_form import text_fields, to_stored
from indexer.trends import series
from indexer.trends.series import trend

ROUNDS = 7
AT_ONCE = 500  # articles per request, the default of `helpers.streaming_bulk`
BULK = 10_000
BATCH = 1_000
SMALL_WORDS = 40
FEW = 10_000
EDGES = [LAST - SPAN + timedelta(days=day) for day in range(SPAN.days + 1)]

Ask = Callable[[Engine], object]


def batches(made: Iterable[Article], size: int) -> Iterator[list[Article]]:
    """Yield the articles in batches."""
    rest = iter(made)
    while batch := list(islice(rest, size)):
        yield batch


def tokenise(batch: Iterable[Article]) -> None:
    """Tokenise a batch as tagging does before it is stored; the words are cached for a while."""
    for article in batch:
        text_fields(to_stored(article))


def measure_bulk(server: Server) -> None:
    """Print how fast the same documents are written directly and through the engine, one request of each in turn."""
    names = [f"bench-{uuid4().hex}" for _ in range(2)]
    engines = [open_engine(server.address(name), writable=True) for name in names]
    tokenising, bare, through = NOTHING, NOTHING, NOTHING

    def write_bare(actions: list[dict[str, Any]]) -> None:
        deque(helpers.streaming_bulk(server.client, actions, index=names[0], chunk_size=AT_ONCE), maxlen=0)

    for batch in batches(articles(BULK // 5, seed=4), AT_ONCE):  # to warm up the server
        write_bare([{"_id": article.id, "_source": to_document(to_stored(article), {})} for article in batch])
        engines[1].add(batch)
    for turn, batch in enumerate(batches(articles(BULK, seed=3), AT_ONCE)):
        tokenising += own_cost(partial(tokenise, batch))
        ready = [{"_id": article.id, "_source": to_document(to_stored(article), {})} for article in batch]
        if turn % 2:
            bare += server.cost(partial(write_bare, ready))
        through += server.cost(partial(engines[1].add, batch))
        if not turn % 2:
            bare += server.cost(partial(write_bare, ready))
    for name, engine in zip(names, engines, strict=True):
        engine.close()
        server.remove(name)
    print(f"bulk, {BULK:,} articles in requests of {AT_ONCE}, their words remembered from tagging")
    for contender, cost in (("bare streaming_bulk", bare), ("Parley", through), ("tokenising, before", tokenising)):
        print(f"  {contender:20} {summary([Cost(cost.wall / BULK, cost.cpu / BULK)])} an article")
    print(
        f"  Parley is {bare.wall / through.wall:.2f} x on the wall, {bare.cpu / through.cpu:.2f} x per CPU", flush=True
    )


def summary(costs: Sequence[Cost]) -> str:
    """Return the median on the wall and the mean of the processor, which has few ticks, in milliseconds."""
    wall, cpu = median(cost.wall for cost in costs), fmean(cost.cpu for cost in costs)
    return f"wall {wall * 1e3:8.2f} ms  cpu {cpu * 1e3:8.2f} ms"


class Noting(Elasticsearch):
    """A client that records its searches."""

    searches: list[dict[str, Any]]

    def search(self, **parameters: Any) -> Any:
        """Record the search and run it."""
        self.searches.append(parameters)
        return super().search(**parameters)


def questions() -> dict[str, list[Ask]]:
    """Return the calls to measure, by name."""
    themes = shipped()
    tagged = {theme.id: Value("themes", frozenset({theme.id})) for theme in themes}
    whole = partial(trend, interval="day", since=LAST - SPAN, until=LAST, now=LAST, zone=ZoneInfo("UTC"))
    return {
        "14 themes, newest 20 and total": [methodcaller("search", theme.node, limit=20) for theme in themes],
        "14 themes, best 20 and total": [
            methodcaller("search", theme.node, limit=20, sort="score") for theme in themes
        ],
        "histogram, day": [methodcaller("histogram", Everything(), EDGES)],
        "histogram, day x 14 themes": [methodcaller("histogram", Everything(), EDGES, split="themes")],
        "trend, day x 14 themes": [lambda engine: whole(engine, tagged)],
    }


def measure_overhead(server: Server, name: str) -> None:
    """Print the cost of searches through Parley and of the same requests sent directly."""
    client = Noting(server.client.transport.node_pool.get().base_url, request_timeout=60, serializer=FastJson())
    engine = ElasticsearchEngine(parse(server.address(name)), client, name)
    print("through Parley, and the same requests by hand, in turn")
    gc.freeze()  # a full collection takes longer than a search and would hit either side at random
    for kind, asks in questions().items():
        costs: tuple[list[Cost], list[Cost]] = [], []
        for ask in asks:
            client.searches = []
            ask(engine)
            by_hand = partial(send, server.client, list(client.searches))
            for turn in range(ROUNDS + 1):
                ways: list[tuple[list[Cost], Callable[[], object]]] = [
                    (costs[0], partial(ask, engine)),
                    (costs[1], by_hand),
                ]
                for taken, way in ways[:: 1 if turn % 2 else -1]:
                    server.forget_answers(name)
                    cost = server.cost(way)
                    taken += [cost] if turn else []  # the first one warms up the server
        spikes = median(cost_of_spikes(partial(ask, engine)) for ask in asks for _ in range(ROUNDS))
        over = median(mine.wall - spikes - 1.2 * theirs.wall for mine, theirs in zip(*costs, strict=True)) * 1e3
        beyond = f" and {spikes * 1e3:.1f} ms of finding spikes" if spikes else ""
        verdict = f"{over:.1f} ms more than 1.2 x{beyond}, {'held' if over <= 5 else 'MISSED'}"
        print(f"  {kind:32} {summary(costs[0])}, by hand {summary(costs[1])}: {verdict}", flush=True)
    engine.close()


def cost_of_spikes(work: Callable[[], object]) -> float:
    """Do the work and return the seconds that it spends on what stands out in a series, which no server computes."""
    spent = 0.0

    def timed(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            nonlocal spent
            start = perf_counter()
            result = function(*arguments)
            spent += perf_counter() - start
            return result

        return call

    with ExitStack() as patches:
        for name in ("find_spikes", "surges", "with_volume"):
            patches.enter_context(patch.object(series, name, timed(getattr(series, name))))
        work()
    return spent


def send(client: Elasticsearch, requests: Sequence[dict[str, Any]]) -> None:
    """Send recorded searches directly."""
    for parameters in requests:
        client.search(**parameters)


def fill(server: Server, name: str, folder: Path, made: Iterable[Article]) -> Iterator[tuple[int, Cost, Cost]]:
    """Write the articles to both engines in turn; yield after each batch how many it had and what it cost on each.

    What is done in the background counts, whenever it is: the embedded engine's in other threads, and all the server does.
    """
    embedded, remote = open_engine(f"tantivy:{folder}", writable=True), open_engine(server.address(name), writable=True)
    before = other_threads(), server.cpu()
    for batch in batches(made, BATCH):
        tokenise(batch)
        mine, theirs = own_cost(partial(embedded.add, batch)), own_cost(partial(remote.add, batch))
        now = other_threads(), server.cpu()
        yield len(batch), mine + Cost(0.0, now[0] - before[0]), theirs + Cost(0.0, now[1] - before[1])
        before = now
    embedded.close()
    remote.refresh()
    remote.close()
    yield 0, Cost(0.0, other_threads() - before[0]), Cost(0.0, server.cpu() - before[1])


def on_disk(folder: Path) -> int:
    """Return the size of the embedded index on disk, in bytes."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def ask_both(server: Server, name: str, folder: Path) -> None:
    """Print the cost of searches on both engines."""
    embedded, remote = open_engine(f"tantivy:{folder}"), open_engine(server.address(name))
    for kind, asks in questions().items():
        costs: tuple[list[Cost], list[Cost]] = [], []
        for ask in asks:
            ask(embedded), ask(remote)
            for _ in range(ROUNDS):
                costs[0].append(own_cost(partial(ask, embedded)))
                server.forget_answers(name)
                costs[1].append(server.cost(partial(ask, remote)))
        print(f"  {kind:32} embedded {summary(costs[0])}   Elasticsearch {summary(costs[1])}", flush=True)
    embedded.close()
    remote.close()


def measure_memory(url: str) -> None:
    """Print the memory of a process that runs every call once."""
    calls = [ask for asks in questions().values() for ask in asks]
    before = resident()[0]
    engine = open_engine(url)
    for ask in calls:
        ask(engine)
    now, most = resident()
    kind = "embedded" if url.startswith("tantivy:") else "Elasticsearch"
    print(f"  a process that asks {kind}: {before:,} MB before, {now:,} MB after, {most:,} MB at most", flush=True)


def side_by_side(server: Server, number: int, folder: Path) -> None:
    """Print the cost of indexing, searching and counting on both engines, with memory and disk."""
    name = f"bench-{uuid4().hex}"
    totals = [NOTHING, NOTHING]
    for _, *costs in fill(server, name, folder, articles(number)):
        totals = [total + cost for total, cost in zip(totals, costs, strict=True)]
    print(f"side by side, {number:,} articles, words remembered")
    disk = on_disk(folder), server.size(name)
    for engine, cost, size in zip(("embedded", "Elasticsearch"), totals, disk, strict=True):
        print(
            f"  {engine:14} {number / cost.wall:7,.0f} articles/s  {number / cost.cpu:7,.0f} per CPU-s  {size / 1e6:8,.0f} MB"
        )
    ask_both(server, name, folder)
    for url in (f"tantivy:{folder}", server.address(name)):
        reader = get_context("spawn").Process(target=measure_memory, args=(url,))
        reader.start()
        reader.join()
    print("  server: {:,} MB resident, {:,} MB at most".format(*server.memory()), flush=True)
    measure_overhead(server, name)
    server.remove(name)


def measure_growth(server: Server, number: int, folder: Path) -> None:
    """Print the cost per article in a small and a large index, on both engines."""
    name = f"bench-{uuid4().hex}"
    deque(fill(server, name, folder / "warm", articles(FEW, seed=4, words=SMALL_WORDS)), maxlen=0)
    server.remove(name)
    folder /= "index"
    done, recent = 0, deque[tuple[Cost, Cost]](maxlen=FEW // BATCH)
    totals = [NOTHING, NOTHING]
    for size, *costs in fill(server, name, folder, articles(number, words=SMALL_WORDS)):
        totals = [total + cost for total, cost in zip(totals, costs, strict=True)]
        recent.append((costs[0], costs[1]))
        done += size
        if size and (done in (FEW, number) or done % 100_000 == 0):
            sizes = on_disk(folder), server.size(name)
            print_growth(done, totals, [sum(part, NOTHING) for part in zip(*recent, strict=True)], sizes)
    ask_both(server, name, folder)
    server.remove(name)


def print_growth(done: int, totals: Sequence[Cost], recent: Sequence[Cost], sizes: Sequence[int]) -> None:
    """Print the cost per article, over all so far and over the last ones."""
    for engine, total, last, size in zip(("embedded", "Elasticsearch"), totals, recent, sizes, strict=True):
        of_all, of_last = (
            summary([Cost(cost.wall / part, cost.cpu / part)]) for cost, part in ((total, done), (last, FEW))
        )
        print(f"  {done:>9,} {engine:14} {of_all}; the last {FEW:,}: {of_last}; {size / done:,.0f} bytes", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000, help="side by side")
    parser.add_argument(
        "--small", type=int, metavar="N", help="measure instead what an article costs among N small ones"
    )
    options = parser.parse_args()
    with running() as server, tempfile.TemporaryDirectory(prefix="parley-bench-") as made:
        if options.small:
            measure_growth(server, options.small, Path(made))
        else:
            measure_bulk(server)
            side_by_side(server, options.articles, Path(made) / "index")


if __name__ == "__main__":
    main()
