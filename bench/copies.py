"""Copies: precision and recall for each kind of labelled pair, the share of changed copies that is recognised, and the speed.

Run: PARLEY_TEST_DATA=… python -m bench.copies
"""

from __future__ import annotations

import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from bench.copy_pairs import RELATIONS, Pair, load, relation
from bench.data import data_folder
from crawler.archive.database import Database
from indexer.copies.compare import Kind, compare
from indexer.copies.index import CopyIndex, Text
from indexer.copies.order import PublishedBy
from indexer.copies.signature import Signature, signature

CORPUS = data_folder() / "corpus/open-licence"
CHANCE = random.Random(1)
LEAST = 50  # words of the documents that are changed
Change = Callable[[list[str], list[str]], list[str]]


def documents(name: str, most: int | None = None) -> list[tuple[str, str]]:
    """Return source and text of the documents of one set of the corpus."""
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = map(json.loads, file)
        return [(row["source"], row["text"]) for row in rows][:most]


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


def labelled(pairs: Sequence[Pair], name: str) -> None:
    """Print the precision and recall of each relation, and the share of right answers for each kind of pair."""
    answers = [relation(pair) for pair in pairs]
    print(f"{name}: {len(pairs)} pairs")
    for wanted in RELATIONS:
        right = sum(wanted == pair.relation == answer for pair, answer in zip(pairs, answers, strict=True))
        given, labels = answers.count(wanted), sum(pair.relation == wanted for pair in pairs)
        print(f"  {wanted}: precision {right / given:.3f}, recall {right / labels:.3f} of {labels}")
    of_kind = Counter(pair.kind for pair in pairs)
    right_of_kind = Counter(pair.kind for pair, answer in zip(pairs, answers, strict=True) if answer == pair.relation)
    print("  " + " · ".join(f"{kind} {right_of_kind[kind]}/{number}" for kind, number in of_kind.items()))


def is_copy(a: Signature, b: Signature) -> bool:
    """Return whether two texts of different sources would be linked."""
    return compare(a, b, same_source=False).kind == Kind.COPY


def quality() -> None:
    """Print the recall for each change and the false positives among pairs of different documents."""
    names = ("kremlin-ru", "official-statements-en-ru", "ukraine-officials-uk-en")
    texts = [text.split() for name in names for _, text in documents(name, 150) if len(text.split()) > LEAST]
    signed = _signed(" ".join(words) for words in texts)
    for name, change in CHANGES.items():
        changed = _signed(" ".join(change(words, texts[place - 7])) for place, words in enumerate(texts))
        print(f"{name}: {sum(map(is_copy, signed, changed)) / len(signed):.3f} of {len(signed)} recognised")
    linked = sum(is_copy(a, b) for a, b in combinations(signed, 2) if not set(a.keys).isdisjoint(b.keys))
    print(f"different documents linked: {linked} of {len(signed) * (len(signed) - 1) // 2:,} pairs")


def speed() -> None:
    """Print documents per CPU-second over whole channels, with signing measured separately from lookups and inserts."""
    posts = documents("telegram-ru")
    start = time.process_time()
    signed = [signature(post) for _, post in posts]
    signing = time.process_time() - start
    index, copies = CopyIndex(30), 0
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "parley.db")
        start = time.process_time()
        for first in range(0, len(posts), 200):
            with database.write() as connection:
                for number in range(first, min(first + 200, len(posts))):
                    text = _text(number, signed[number], source=posts[number][0])
                    copies += index.remember(connection, text).place.story is not None
        asking = time.process_time() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    print(f"{len(posts):,} posts of {sum(len(post) for _, post in posts) // len(posts)} characters, {copies:,} copies")
    print(f"a CPU-second: {len(posts) / signing:,.0f} signed, {len(posts) / asking:,.0f} placed")
    print(f"{size / len(posts):.0f} bytes each")


def similar_texts() -> None:
    """Print the cost of one of 500 similar texts: when it is new, when it is revised, and when the earliest arrives last."""
    words = [f"word{number}" for number in range(300)]
    index = CopyIndex(30)
    with tempfile.TemporaryDirectory() as folder, Database(Path(folder) / "parley.db").write() as connection:

        def take(numbers: Sequence[int], last: str) -> float:
            start = time.process_time()
            for number in numbers:
                text = " ".join([*words, f"{last}{number}"])
                index.remember(connection, _text(number, signature(text), source=f"source {number}"))
            return (time.process_time() - start) / len(numbers) * 1e3

        print(f"of 500 texts alike: {take(range(500), 'told'):.1f} ms each", end=", ")
        print(
            f"{take(range(0, 500, 100), 'revised'):,.0f} ms a revision, {take([-1], 'first'):,.0f} ms the earliest, come last"
        )


def _signed(texts: Iterable[str]) -> list[Signature]:
    return [made for text in texts if (made := signature(text))]


def _text(number: int, sign: Signature | None, *, source: str) -> Text:
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Text(f"{number + 1:032}", source, PublishedBy(at, True, at), at, sign)


if __name__ == "__main__":
    every = load()
    labelled([pair for pair in every if not pair.is_held_out], "on which thresholds were chosen")
    labelled([pair for pair in every if pair.is_held_out], "held out")
    speed()
    similar_texts()
    quality()
