"""Pairs of texts in four languages, each labelled with how the two are related: a copy, carried, or neither.

The texts are invented, and the labels were written before any threshold was chosen. Within each kind and language every second
pair is held out: thresholds were chosen on the others. Each TOML file has a table `texts`, id → text, and an array `pairs`:

    kind, relation        what happened to the text; "copy", "carried" or "none"
    one, two              the id of a text (`de:id` in another file) or the text itself; `two` is made of `one` when missing,
    sentences             keeping only these sentences, from and to,
    edits                 replacing these passages,
    before, after         adding this,
    host                  inserting it into the middle of this text
    same_source           whether both were published by one source
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.copies.compare import Kind, compare
from indexer.copies.signature import signature

RELATIONS = ("copy", "carried", "none")
_FOLDER = Path(__file__).parent
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and how they are related."""

    language: str
    kind: str
    relation: str
    one: str
    two: str
    same_source: bool
    is_held_out: bool


def load() -> list[Pair]:
    """Return all pairs."""
    files = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.toml"))}
    texts = {f"{language}:{id}": text for language, file in files.items() for id, text in file["texts"].items()}
    before: Counter[tuple[str, str]] = Counter()
    pairs = []
    for number, (language, file) in enumerate(files.items()):
        for row in file["pairs"]:
            before[language, row["kind"]] += 1
            is_held_out = (before[language, row["kind"]] + number) % 2 == 0
            pairs.append(_pair(language, row, texts, is_held_out=is_held_out))
    return pairs


def relation(pair: Pair) -> str:
    """Return how Parley relates the two texts of a pair, provided that it compares them."""
    one, two = signature(pair.one), signature(pair.two)
    if one is None or two is None or set(one.keys).isdisjoint(two.keys):
        return "none"
    kind = compare(one, two, same_source=pair.same_source).kind
    return {Kind.COPY: "copy", Kind.CARRIED: "carried"}.get(kind, "none")


def _pair(language: str, row: Mapping[str, Any], texts: Mapping[str, str], *, is_held_out: bool) -> Pair:
    def text(name: str) -> str:
        return texts.get(f"{language}:{name}", texts.get(name, name))

    one = text(row["one"])
    two = text(row["two"]) if "two" in row else one
    if "sentences" in row:
        start, stop = row["sentences"]
        two = " ".join(_SENTENCE_END.split(two)[start:stop])
    for old, new in row.get("edits", ()):
        if old not in two:
            raise ValueError(f"{language}, {row['kind']}: {old!r} is not in the text")
        two = two.replace(old, new)
    two = f"{row.get('before', '')}{two}{row.get('after', '')}"
    if "host" in row:
        sentences = _SENTENCE_END.split(text(row["host"]).strip())
        middle = len(sentences) // 2
        two = " ".join((*sentences[:middle], two, *sentences[middle:]))
    return Pair(language, row["kind"], row["relation"], one, two, row.get("same_source", False), is_held_out)
