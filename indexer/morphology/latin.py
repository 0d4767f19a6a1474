"""Languages whose dictionaries are tables on disk."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from indexer.morphology.clitics import add_clitics, remove_clitics
from indexer.morphology.function_words import FUNCTION_WORDS
from indexer.morphology.table import Table

# "russische" and "Verletzte" are nouns in the dictionary, which hides the adjective or participle that they derive from.
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
        """Return whether the dictionary contains the word in any form."""
        return bool(self._table.lemmas(remove_clitics(word, self._language)))

    def is_function_word(self, word: str) -> bool:
        """Return whether the word or one of its dictionary forms is a function word."""
        return word in self._function_words or not self._function_words.isdisjoint(self._table.lemmas(word))

    def lemmas(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of the word; none if the dictionary does not contain it."""
        return self._table.lemmas(remove_clitics(word, self._language))

    def forms(self, word: str) -> frozenset[str]:
        """Return all forms of the word, folded, including the word itself."""
        stem = remove_clitics(word, self._language)
        lemmas = self._table.lemmas(stem)
        if self._language == "en" and stem.endswith("s") and stem not in lemmas:
            forms = lemmas  # a search for "talks" means the noun and should not match "talked"
        else:
            forms = frozenset().union(*map(self._table.forms, lemmas), self._declined(stem))
        return add_clitics({word, stem, *forms}, lemmas or {stem}, self._language)

    def _declined(self, word: str) -> frozenset[str]:
        """Return the forms of a German adjective or participle, if the word is a declined form of one."""
        hidden = _GERMAN_ADJECTIVE.fullmatch(word) if self._language == "de" else None
        if hidden is None or hidden[1] not in self._table.lemmas(hidden[1]):
            return frozenset()
        return self._table.forms(hidden[1]).union(hidden[1] + ending for ending in _DECLINED)
