"""The cost of parsing the largest and the most pathological queries: `python -m bench.query_limits`.

Each in a process of its own, after a first word of each language was asked: seconds of processor time, and megabytes at most.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from random import Random

from config.errors import QueryError
from indexer.query.parse import parse_query
from tests.support.queries import query_context

_RANDOM = Random(1)


def _words(letters: str, number: int) -> list[str]:
    return ["".join(_RANDOM.choices(letters, k=9)) for _ in range(number)]


QUERIES: Mapping[str, Callable[[], str]] = {
    "one word": lambda: "truce",
    "4,000 unknown Latin words": lambda: " OR ".join(_words("abcdefghijklmnop", 4_000)),
    "4,000 unknown Cyrillic words": lambda: " OR ".join(_words("абвгдежзиклмноп", 4_000)),
    "4,000 phrases": lambda: " OR ".join(f'"{word[:4]} {word[4:]}"' for word in _words("abcdefghijklmnop", 4_000)),
    "3,900 unknown Cyrillic words, then a mistake": lambda: " ".join(_words("абвгдежзиклмноп", 3_900)) + " theme:none",
    "10,000 brackets": lambda: "(" * 10_000 + "a" + ")" * 10_000,
    "100 KB of words": lambda: "a " * 49_999,
    "100 KB of NOT": lambda: "NOT " * 24_999 + "a",
    "100 KB of quotes": lambda: '"' * 99_999,
    "100 KB of wildcards": lambda: "?*" * 49_999,
    "1 MB": lambda: "x" * 1_000_000,
}


def main(arguments: list[str]) -> None:
    """Measure every query in a process of its own; a name is such a process."""
    if arguments:
        _measure(arguments[0])
        return
    for name in QUERIES:
        subprocess.run([sys.executable, "-m", "bench.query_limits", name], check=True)


def _measure(name: str) -> None:
    context, text = query_context(), QUERIES[name]()
    parse_query("negotiations переговоры перемовини Verhandlung négociation negocjacje", context=context)
    start = time.process_time()
    try:
        parse_query(text, context=context)
        came_to = "read"
    except QueryError as refused:
        came_to = f"refused: {str(refused)[:60]}"
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{name:46} {len(text):9,} characters {seconds:6.2f} s {peak:4} MB  {came_to}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
