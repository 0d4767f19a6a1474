"""Copies: signing and asking per CPU-second on real posts, and the share of changed copies that is found.

Run: PARLEY_TEST_DATA=… python -m bench.copies
"""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from bench.data import data_folder
from crawler.archive.database import Database
from indexer.copies.index import CARRIED, CopyIndex
from indexer.copies.signature import SHORTEST, Signature, containment, signature
from indexer.words import tokens

CORPUS = data_folder() / "corpus/open-licence"
CHANCE = random.Random(1)
Change = Callable[[list[str], list[str]], list[str]]


def documents(name: str, most: int | None = None) -> list[str]:
    """Return the texts of one set of the corpus."""
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file][:most]


def replaced(share: float) -> Change:
    """Return a change that replaces this share of the words with a foreign word."""
    return lambda words, other: [CHANCE.choice(other) if CHANCE.random() < share else word for word in words]


CHANGES: dict[str, Change] = {
    "agency's name before, credits after": lambda words, _: [
        "GENEVA",
        "(Agency)",
        *words,
        *["Reporting", "by", "Agency"],
    ],
    "5 % of words changed": replaced(0.05),
    "10 % of words changed": replaced(0.10),
    "cut to 70 %": lambda words, _: words[: int(0.7 * len(words))],
    "cut to 50 %": lambda words, _: words[: int(0.5 * len(words))],
    "30 % foreign text added": lambda words, other: words + (other * 40)[: int(0.3 * len(words))],
}


def is_copy(a: Signature, b: Signature) -> bool:
    """Return whether the index would link the two."""
    return bool(set(a.bands) & set(b.bands)) and containment(a, b) >= CARRIED


def quality() -> None:
    """Print the recall for each change and the false positives among pairs of different documents."""
    names = ("kremlin-ru", "official-statements-en-ru", "ukraine-officials-uk-en")
    texts = [text.split() for name in names for text in documents(name, 150) if len(text.split()) > SHORTEST]
    signed = [signed_text for words in texts if (signed_text := signature(tokens(" ".join(words))))]
    for name, change in CHANGES.items():
        copies = [signature(tokens(" ".join(change(words, texts[place - 7])))) for place, words in enumerate(texts)]
        pairs = [(a, b) for a, b in zip(signed, copies, strict=True) if b and b.minhash and a.minhash]
        print(f"{name}: {sum(is_copy(a, b) for a, b in pairs) / len(pairs):.3f} of {len(pairs)} found")
    linked = sum(is_copy(a, b) for a, b in combinations(signed, 2))
    print(f"different documents linked: {linked} of {len(signed) * (len(signed) - 1) // 2:,} pairs")


def speed() -> None:
    """Print documents per CPU-second over whole channels, with signing measured separately from lookups and inserts."""
    posts = documents("telegram-ru")
    start = time.process_time()
    signed = [signature(tokens(post)) for post in posts]
    signing = time.process_time() - start
    began, index, stories = datetime(2026, 11, 1, tzinfo=UTC), CopyIndex(30), 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "parley.db")
        start = time.process_time()
        for first in range(0, len(posts), 200):
            with database.write() as connection:
                for number in range(first, min(first + 200, len(posts))):
                    at = began + timedelta(minutes=number)
                    stories += index.remember(connection, f"{number:032}", signed[number], at).story is None
        asking = time.process_time() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    print(f"{len(posts):,} posts of {sum(map(len, posts)) // len(posts)} characters, {len(posts) - stories:,} copies")
    print(f"a CPU-second: {len(posts) / signing:,.0f} signed, {len(posts) / asking:,.0f} placed")
    print(f"{size / len(posts):.0f} bytes each")


def template() -> None:
    """Print the cost of one of 1,500 similar texts: when it is new, when it is revised, and when the earliest arrives last."""
    words = [f"word{number}" for number in range(300)]
    began, index = datetime(2026, 11, 1, tzinfo=UTC), CopyIndex(30)
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder) / "parley.db").write() as connection:

        def take(numbers: Sequence[int], last: str) -> float:
            start = time.process_time()
            for number in numbers:
                at = began + timedelta(minutes=number)
                index.remember(connection, f"{number + 1:032}", signature([*words, f"{last}{number}"]), at)
            return (time.process_time() - start) / len(numbers) * 1e3

        print(f"of 1,500 texts alike: {take(range(1_500), 'told'):.1f} ms each", end=", ")
        print(
            f"{take(range(0, 1_500, 10), 'revised'):.1f} ms a revision, {take([-1], 'first'):,.0f} ms the earliest, come last"
        )


if __name__ == "__main__":
    speed()
    template()
    quality()
