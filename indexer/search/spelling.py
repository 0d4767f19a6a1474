"""Suggestions for the words of a query that no article contains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from indexer.engine import Engine
from indexer.query.context import ExplainedWord
from indexer.query.tree import Forms, Fuzzy
from indexer.search.positions import spotter
from indexer.words import tokens

MOST = 20  # words of a query to check
_SAMPLE = 50  # articles to take similar words from
_SHORT, _LONG = 3, 6  # word lengths that allow one and two wrong letters, as Elasticsearch's fuzziness AUTO does


@dataclass(frozen=True, slots=True)
class AbsentWord:
    """A word that no article contains.

    Attributes:
        nearest: a similar word that articles contain; None if there is none.
        articles: number of articles that contain the similar word.
    """

    word: str
    nearest: str | None
    articles: int


def find_absent_words(engine: Engine, words: Sequence[ExplainedWord]) -> list[AbsentWord]:
    """Return those of the first twenty words that no article contains in any form.

    Raises:
        EngineError: the engine is unavailable.
    """
    checked = islice(words, MOST)
    return [_absent_word(engine, word.word) for word in checked if not engine.count(Forms("words", word.all_forms))]


def _absent_word(engine: Engine, word: str) -> AbsentWord:
    for distance in range(1, 1 + (len(word) >= _SHORT) + (len(word) >= _LONG)):
        node = Fuzzy("words", word, distance)
        is_similar = spotter(node)
        similar = Counter(
            token
            for hit in engine.search(node, limit=_SAMPLE).hits
            for token in set(tokens(f"{hit.article.title or ''} {hit.article.text}"))
            if is_similar(token)
        )
        if similar:
            nearest = min(similar, key=lambda token: (-similar[token], token))
            return AbsentWord(word, nearest, engine.count(Forms("words", frozenset({nearest}))))
    return AbsentWord(word, None, 0)
