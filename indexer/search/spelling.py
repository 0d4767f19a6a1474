"""What may have been meant by the words of a query that no article has."""

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

MOST = 20  # words of a query that are looked at
_LOOKED_AT = 50  # articles whose words are looked at
_SHORT, _LONG = 3, 6  # letters from which on one, and two, may be wrong: Elasticsearch's fuzziness AUTO


@dataclass(frozen=True, slots=True)
class Absent:
    """A word in no article.

    Attributes:
        nearest: the word most like it that articles have; None where none is like it.
        articles: that have the nearest.
    """

    word: str
    nearest: str | None
    articles: int


def absent_words(engine: Engine, words: Sequence[ExplainedWord]) -> list[Absent]:
    """Return the words, of the first twenty, that no article has in any of their forms.

    Raises:
        EngineError: as the engine found it.
    """
    looked_at = islice(words, MOST)
    return [_absent(engine, word.word) for word in looked_at if not engine.count(Forms("words", word.all_forms))]


def _absent(engine: Engine, word: str) -> Absent:
    for distance in range(1, 1 + (len(word) >= _SHORT) + (len(word) >= _LONG)):
        asked = Fuzzy("words", word, distance)
        is_like = spotter(asked)
        hits = engine.search(asked, limit=_LOOKED_AT).hits
        said = Counter(
            one for hit in hits for one in set(tokens(f"{hit.article.title or ''} {hit.article.text}")) if is_like(one)
        )
        if said:
            nearest = min(said, key=lambda one: (-said[one], one))
            return Absent(word, nearest, engine.count(Forms("words", frozenset({nearest}))))
    return Absent(word, None, 0)
