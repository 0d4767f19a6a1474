"""How fast the embedded engine answers: `python -m bench.search FOLDER [--articles N]`.

Makes an index of a made-up corpus in the folder when none is there, else uses it; the folder must lie outside of the checkout.
Prints, in milliseconds of wall time and of CPU time: the shipped themes' queries (newest 20 hits and the exact total), the
same right after a commit, trends of the themes over two years per day and per hour, why a day, a week or a month differs,
and tagging.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.corpus import LAST, SOURCES, SPAN, articles
from config.themes import load_fragments, load_themes
from indexer.engine import Engine, open_engine
from indexer.query.tree import Between, Everything, Value, all_of
from indexer.themes.compile import CompiledTheme, compile_themes
from indexer.themes.sweep import select_stale
from indexer.themes.tagger import Tagger
from indexer.trends.series import trend
from indexer.trends.why import why
from tests.support.queries import query_context

BATCH = 1_000
ROUNDS, TREND_ROUNDS = 15, 60


@dataclass(frozen=True, slots=True)
class Spent:
    """The cost of one call, in milliseconds."""

    wall: float
    cpu: float


def spent(call: Callable[[], object]) -> Spent:
    """Run the call once and return its cost."""
    wall, cpu = time.perf_counter(), time.process_time()
    call()
    return Spent((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)


def summary(name: str, calls: Sequence[Spent]) -> str:
    """Return a line with the median and the 95th percentile."""

    def at(share: float, values: Iterator[float]) -> float:
        ordered = sorted(values)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    figures = (at(share, (getattr(call, kind) for call in calls)) for kind in ("wall", "cpu") for share in (0.5, 0.95))
    return "{:<42} wall p50 {:7.1f}  p95 {:7.1f}   cpu p50 {:7.1f}  p95 {:7.1f}".format(name, *figures)


def build(url: str, number: int) -> None:
    """Fill the index and print the cost, without that of generating the corpus."""
    engine = open_engine(url, writable=True)
    corpus, times, characters = articles(number), [], 0
    while batch := list(islice(corpus, BATCH)):
        characters += sum(len(article.text) for article in batch)
        times.append(spent(partial(engine.add, batch)))
    engine.close()
    cpu = sum(call.cpu for call in times) / 1e3
    print(f"indexed {number:,} articles of {characters / number:,.0f} characters, {number / cpu:,.0f} per CPU-second")


def measure_queries(engine: Engine, themes: Sequence[CompiledTheme]) -> None:
    """Print the cost of the themes' queries."""
    newest = {theme.id: partial(engine.search, theme.node, limit=20) for theme in themes}
    print(summary("themes, each for the first time", [spent(ask) for ask in newest.values()]))
    calls: list[Spent] = []
    for theme in themes:
        times = [spent(newest[theme.id]) for _ in range(ROUNDS)]
        print(summary(f"  {theme.id}: {engine.count(theme.node):,} hits", times))
        calls += times
    print(summary("themes, newest 20 and total", calls))
    rest = (Value("source", frozenset({SOURCES[7]})), Between("published", LAST - timedelta(days=60), None))
    limited = [partial(engine.search, all_of(theme.node, *rest), limit=20) for theme in themes]
    print(summary("themes, of one source in 60 days", [spent(ask) for ask in limited * ROUNDS]))
    stale = [partial(engine.count, select_stale(theme)) for theme in themes]
    print(summary("themes, tagged but not matching", [spent(ask) for ask in stale * ROUNDS]))
    best = [spent(partial(engine.search, theme.node, limit=20, sort="score")) for theme in themes]
    print(summary("themes, best 20 and total", best))


def measure_trends(engine: Engine, themes: Sequence[CompiledTheme]) -> None:
    """Print the cost of trends."""
    edges = [LAST - SPAN + timedelta(days=day) for day in range(SPAN.days + 1)]
    questions = {theme.id: Value("themes", frozenset({theme.id})) for theme in themes}

    whole = partial(trend, engine, questions, interval="day", since=LAST - SPAN, until=LAST, now=LAST)
    calls: dict[str, Callable[[], object]] = {
        "histogram, day": partial(engine.histogram, Everything(), edges),
        "histogram, day x themes": partial(engine.histogram, Everything(), edges, split="themes"),
        "histogram, day x sources": partial(engine.histogram, Everything(), edges, split="source"),
        "trend, day x themes, UTC": partial(whole, zone=ZoneInfo("UTC")),
        "trend, day x themes, Berlin": partial(whole, zone=ZoneInfo("Europe/Berlin")),
    }
    freeze()
    for name, call in calls.items():
        call()
        print(summary(name, [spent(call) for _ in range(TREND_ROUNDS)]))


def freeze() -> None:
    """Take what stays to the end out of garbage collection, as the server does once it has started."""
    gc.collect()
    gc.freeze()


def measure_hours(engine: Engine, themes: Sequence[CompiledTheme]) -> None:
    """Print the cost of hourly trends over two years."""
    for selection in (themes[:1], themes):
        questions = {theme.id: Value("themes", frozenset({theme.id})) for theme in selection}
        zone = ZoneInfo("Europe/Berlin")
        call = partial(trend, engine, questions, interval="hour", since=LAST - SPAN, until=LAST, now=LAST, zone=zone)
        print(summary(f"trend, hour x {len(selection)} over two years, Berlin", [spent(call) for _ in range(5)]))


def measure_reasons(engine: Engine, themes: Sequence[CompiledTheme]) -> None:
    """Print the cost of reasons, for tags and for the same themes as queries, at times throughout the second year."""
    words = query_context().morphology
    spans = {"a day": 1, "a week": 7, "a month": 30}
    for kind, nodes in (
        ("theme", [Value("themes", frozenset({theme.id})) for theme in themes]),
        ("query", [theme.node for theme in themes]),
    ):
        for name, days in spans.items():
            starts = [LAST - timedelta(days=40 + 23 * number) for number in range(len(nodes))]
            calls = [
                partial(why, engine, node, start=start, end=start + timedelta(days=days), words=words)
                for node, start in zip(nodes, starts, strict=True)
            ]
            print(summary(f"why {name} differs, asked by {kind}", [spent(call) for call in calls]))


def measure_tagging(themes: Sequence[CompiledTheme]) -> None:
    """Print the cost of tagging a batch of 500."""
    batch, tagger = list(articles(500, seed=2)), Tagger(themes)
    print(summary("tagging 500 articles", [spent(partial(tagger.tag, batch)) for _ in range(5)]))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the index is, or is made; outside of the checkout")
    parser.add_argument("--articles", type=int, default=100_000)
    options = parser.parse_args()
    if Path(__file__).parents[1] in options.folder.resolve().parents:
        sys.exit("the index must lie outside of the checkout")
    url = f"tantivy:{options.folder / 'index'}"
    if not (options.folder / "index").exists():
        build(url, options.articles)
    engine = open_engine(url)
    themes = compile_themes(load_themes(None), query_context(themes=load_themes(None), fragments=load_fragments(None)))
    print(f"{engine.count(Everything()):,} articles")
    measure_queries(engine, themes)
    measure_trends(engine, themes)
    measure_hours(engine, themes)
    measure_reasons(engine, themes)
    measure_tagging(themes)
    print(f"largest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
