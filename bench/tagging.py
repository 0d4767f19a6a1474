"""How fast batches are tagged and a changed theme is swept: `python -m bench.tagging [--articles N]`.

Tagging: 500 articles of the made-up corpus with the shipped themes, and with a thousand themes of ten clauses. Sweeping: in an
index of N articles one theme is widened, previewed and swept; what was written is counted.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median
from typing import cast

from bench.corpus import articles
from config.themes import load_fragments, load_themes
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.parse import parse_query
from indexer.query.tree import any_of
from indexer.themes.compile import CompiledTheme, compile_themes
from indexer.themes.sweep import AT_ONCE, count_differences, preview, sweep, sweep_some
from indexer.themes.tagger import Tagger
from indexer.words import tokens
from tests.support.queries import query_context

BATCH = 500
MANY = 1_000
_RANDOM = Random(3)


class Counting:
    """An engine that counts the articles written to it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.written = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def set_themes(self, themes: Mapping[str, frozenset[str]]) -> None:
        """Count the articles and write them."""
        self.written += len(themes)
        self._engine.set_themes(themes)


def shipped() -> tuple[CompiledTheme, ...]:
    """Return the shipped themes."""
    themes = load_themes(None)
    return compile_themes(themes, query_context(themes=themes, fragments=load_fragments(None)))


def many(batch: Sequence[Article]) -> list[CompiledTheme]:
    """Return a thousand themes of ten clauses taken from texts: six words, two phrases, a proximity and a prefix."""
    texts = [[word for word in tokens(article.text) if word.isalpha() and len(word) > 2] for article in batch]
    context = query_context()

    def pair() -> str:
        words = _RANDOM.choice(texts)
        place = _RANDOM.randrange(len(words) - 1)
        return f'"{words[place]} {words[place + 1]}"'

    themes = []
    for number in range(MANY):
        words = [_RANDOM.choice(_RANDOM.choice(texts)) for _ in range(7)]
        clauses = [*words[:6], pair(), pair(), f"{pair()}~3", f"{words[6][:5]}*"]
        node = any_of(*(parse_query(clause, context=context, language="en").node for clause in clauses))
        themes.append(CompiledTheme(f"theme-{number}", node, "", (), ""))
    return themes


def timed(call: Callable[[], object], rounds: int = 1) -> str:
    """Return the median wall-clock and CPU seconds of some calls; the latter does not depend on other processes."""
    wall, cpu = [], []
    for _ in range(rounds):
        start = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - start[0])
        cpu.append(time.process_time() - start[1])
    return f"{median(wall):.2f} s ({median(cpu):.2f} CPU-s)"


def measure_tagging() -> None:
    """Print the cost of tagging: the median of five runs."""
    batch = list(articles(BATCH, seed=2))
    for name, themes in (("shipped themes", shipped()), ("themes of ten clauses", many(batch))):
        tagger = Tagger(themes)
        print(
            f"tagging {BATCH} articles with {len(themes):,} {name}: {timed(partial(tagger.tag, batch), 5)}", flush=True
        )


def batches(number: int) -> Iterator[list[Article]]:
    """Yield the corpus in batches."""
    corpus = articles(number)
    while batch := list(islice(corpus, AT_ONCE)):
        yield batch


def measure_sweep(number: int, folder: Path) -> None:
    """Print the cost of previewing and sweeping one changed theme."""
    engine = open_engine(f"tantivy:{folder / 'index'}", writable=True)
    themes = shipped()
    tagger = Tagger(themes)
    for batch in batches(number):
        tagged = tagger.tag(batch)
        engine.add([replace(article, themes=tagged[article.id]) for article in batch])
    engine.refresh()
    truce = next(theme for theme in themes if theme.id == "truce")
    print(
        f"{number:,} articles, {engine.count(truce.node):,} on a truce; both difference queries of all themes:", end=" "
    )
    print(timed(lambda: [count_differences(engine, theme) for theme in themes]), flush=True)
    wider = parse_query("armistice OR договор OR Vertrag", context=query_context()).node
    changed = replace(truce, node=any_of(truce.node, wider))
    print(f"preview {preview(engine, changed).difference}: {timed(lambda: preview(engine, changed))}", flush=True)
    counting = Counting(engine)
    part = timed(lambda: sweep_some(cast(Engine, counting), changed))
    print(f"the first part of {counting.written:,} articles: {part}", flush=True)
    rest = timed(lambda: sweep(cast(Engine, counting), changed))
    print(f"the rest: {rest}; {counting.written:,} articles written in all; left {count_differences(engine, changed)}")
    engine.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000, help="in the index that is swept")
    options = parser.parse_args()
    measure_tagging()
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        measure_sweep(options.articles, Path(folder))


if __name__ == "__main__":
    main()
