"""Themes against human labels: `PARLEY_TEST_DATA=FOLDER python -m bench.labels`.

The addresses of Ukrainian officials in corpus/open-licence carry hand-made topics, several to a text. Prints precision, recall
and F1 of themes against the topic nearest to each, per language, and of naive queries as typed, without inflection.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from config.themes import Theme, load_fragments, load_themes
from indexer.query.theme import compile_theme
from tests.support.builders import article
from tests.support.oracle import matches
from tests.support.queries import query_context

CORPUS = "corpus/open-licence/ukraine-officials-uk-en.jsonl.gz"
TOPICS = {
    "negotiations": {"Міжнародні переговори"},
    "sanctions": {"Міжнародні санкції", "Нафтове ембарго", "Секторальні санкції"},
    "arms": {"Постачання зброї", "Ленд-ліз"},
    "guarantees": {"Гарантії безпеки"},
}
NAIVE = {
    "en": "exact:negotiations OR exact:talks",
    "uk": "exact:переговори OR exact:перемовини",
}


def scores(found: Sequence[bool], wanted: Sequence[bool]) -> str:
    """Return precision, recall and F1 as text."""
    both = sum(one and other for one, other in zip(found, wanted, strict=True))
    precision, recall = both / max(1, sum(found)), both / max(1, sum(wanted))
    f1 = 2 * both / max(1, sum(found) + sum(wanted))
    return f"precision {precision:.2f}  recall {recall:.2f}  F1 {f1:.2f}  ({sum(found)} found, {sum(wanted)} labelled)"


def measure(name: str, theme: Theme, themes: Mapping[str, Theme], rows: Sequence[dict[str, Any]]) -> str:
    """Return the scores of one theme over the texts."""
    context = query_context(themes=tuple(themes.values()), fragments=load_fragments(None))
    node = compile_theme(theme, context).node
    found = [matches(node, article(title=row["title"] or "", text=row["text"])) for row in rows]
    return scores(found, [bool(TOPICS[name] & set(row["topics"] or ())) for row in rows])


def main() -> None:
    """Print a line per theme and language."""
    folder = os.environ.get("PARLEY_TEST_DATA")
    if not folder:
        sys.exit("needs the data sets: set PARLEY_TEST_DATA to their folder")
    with gzip.open(Path(folder) / CORPUS, "rt", encoding="utf-8") as file:
        texts = [json.loads(line) for line in file]
    themes = {theme.id: theme for theme in load_themes(None)}
    for language in ("en", "uk"):
        rows = [text for text in texts if text["language"] == language]
        for name in TOPICS:
            print(f"{language}  {name:<20}", measure(name, themes[name], themes, rows))
        naive = Theme(
            id="naive",
            title="",
            description="",
            colour="",
            context={},
            matches=(),
            misses=(),
            query={language: NAIVE[language]},
        )
        print(f"{language}  {'naive negotiations':<20}", measure("negotiations", naive, themes, rows))


if __name__ == "__main__":
    main()
