"""The languages whose dictionaries are tables on disk."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from indexer.morphology.clitics import bare, with_clitics
from indexer.morphology.function_words import FUNCTION_WORDS
from indexer.morphology.table import Table


class Tabled:
    """The dictionary of one language, opened when it is first asked."""

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
            found = lemmas  # who asks for "talks" asks for the noun, not for "talked"
        else:
            found = frozenset().union(*map(self._table.forms, lemmas))
        return with_clitics({word, stem, *found}, lemmas or {stem}, self._language)
