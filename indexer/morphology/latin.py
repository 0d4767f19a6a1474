"""The languages whose dictionaries are tables on disk."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from indexer.morphology.clitics import bare, with_clitics
from indexer.morphology.function_words import FUNCTION_WORDS
from indexer.morphology.table import Table

# "russische" and "Verletzte" are in the dictionary as nouns, which hide the adjective or participle they are made of.
_GERMAN_ADJECTIVE = re.compile(
    r"(\w{2,}(?:isch|lich|ig|bar|sam|haft|los|al|ell|ar)|(?:\w{0,5}ge|be|ver|ent|er|zer|miss)\w{2,}(?:t|en))e"
)
_DECLINED = ("e", "em", "en", "er", "es")


class Tabled:
    """The dictionary of one language, opened on first use."""

    def __init__(self, folder: Path, language: str) -> None:
        self._folder = folder
        self._language = language
        self._function_words = FUNCTION_WORDS.get(language, frozenset())

    @cached_property
    def _table(self) -> Table:
        return Table(self._folder)

    def knows(self, word: str) -> bool:
        """Tell whether the dictionary holds the word, in any form."""
        return bool(self._table.lemmas(bare(word, self._language)))

    def is_function_word(self, word: str) -> bool:
        """Tell whether the word, or what it is a form of, is on the list of function words."""
        return word in self._function_words or not self._function_words.isdisjoint(self._table.lemmas(word))

    def lemmas(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of the word; none where the dictionary does not hold it."""
        return self._table.lemmas(bare(word, self._language))

    def forms(self, word: str) -> frozenset[str]:
        """Return all forms of the word, folded, itself included."""
        stem = bare(word, self._language)
        lemmas = self._table.lemmas(stem)
        if self._language == "en" and stem.endswith("s") and stem not in lemmas:
            forms = lemmas  # a query for "talks" means the noun, not "talked"
        else:
            forms = frozenset().union(*map(self._table.forms, lemmas), self._declined(stem))
        return with_clitics({word, stem, *forms}, lemmas or {stem}, self._language)

    def _declined(self, word: str) -> frozenset[str]:
        """Return the forms of the German adjective or participle that a word is a declined form of."""
        hidden = _GERMAN_ADJECTIVE.fullmatch(word) if self._language == "de" else None
        if hidden is None or hidden[1] not in self._table.lemmas(hidden[1]):
            return frozenset()
        return self._table.forms(hidden[1]).union(hidden[1] + ending for ending in _DECLINED)
