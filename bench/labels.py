"""Themes against human labels: `PARLEY_TEST_DATA=FOLDER python -m bench.labels`.

The addresses of Ukrainian officials in corpus/open-licence carry hand-made topics, several to a text. Prints precision, recall
and F1 of themes against the topic nearest to each, per language, and of naive queries as typed, without inflection. The topic
of international negotiations is not among them: it includes talks with allies about anything.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.data import data_folder
from config.themes import Theme, load_fragments, load_themes
from indexer.themes.compile import compile_theme
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.queries import query_context

CORPUS = "corpus/open-licence/ukraine-officials-uk-en.jsonl.gz"
TOPICS = {
    "sanctions": {"Міжнародні санкції", "Нафтове ембарго", "Секторальні санкції"},
    "arms": {"Постачання зброї", "Ленд-ліз"},
    "guarantees": {"Гарантії безпеки"},
}
NAIVE = {
    "en": "exact:weapons OR exact:arms",
    "uk": "exact:зброя OR exact:озброєння",
}


class Scores(NamedTuple):
    """How far a query's matches agree with the labels people gave."""

    matches: int
    labelled: int
    both: int

    @property
    def precision(self) -> float:
        """Share of the matches that are labelled."""
        return self.both / max(1, self.matches)

    @property
    def recall(self) -> float:
        """Share of the labelled articles that match."""
        return self.both / max(1, self.labelled)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.both / max(1, self.matches + self.labelled)

    def __str__(self) -> str:
        rates = f"precision {self.precision:.2f}  recall {self.recall:.2f}  F1 {self.f1:.2f}"
        return f"{rates}  ({self.matches} found, {self.labelled} labelled)"


def texts(data: Path) -> list[dict[str, Any]]:
    """Return the labelled texts of the data sets."""
    with gzip.open(data / CORPUS, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def measure(theme: Theme, labels: set[str], themes: Sequence[Theme], rows: Sequence[Mapping[str, Any]]) -> Scores:
    """Return the scores of a theme on texts of which it should match those with one of the labels."""
    compiled = compile_theme(theme, query_context(themes=tuple(themes), fragments=load_fragments(None)))
    articles = [article(serial=number, title=row["title"], text=row["text"]) for number, row in enumerate(rows, 1)]
    tagged = Tagger([compiled]).tag(articles)
    matches = [bool(tagged[each.id]) for each in articles]
    wanted = [bool(labels & set(row["topics"] or ())) for row in rows]
    return Scores(sum(matches), sum(wanted), sum(one and other for one, other in zip(matches, wanted, strict=True)))


def naive(language: str) -> Theme:
    """Return the query of a user who does not think of inflected forms."""
    return Theme(
        id="naive",
        title="naive",
        description="naive",
        colour="#000000",
        query={language: NAIVE[language]},
        context={},
        matches=(),
        misses=(),
    )


def main() -> None:
    """Print a line per theme and language."""
    labelled, themes = texts(data_folder()), load_themes(None)
    for language in NAIVE:
        rows = [text for text in labelled if text["language"] == language]
        for theme in themes:
            if theme.id in TOPICS:
                print(f"{language}  {theme.id:<20}", measure(theme, TOPICS[theme.id], themes, rows))
        print(f"{language}  {'naive arms':<20}", measure(naive(language), TOPICS["arms"], themes, rows))


if __name__ == "__main__":
    main()
