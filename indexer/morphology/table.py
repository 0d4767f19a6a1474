"""Reads the table of one language. The files are memory-mapped, so that only the parts in use are loaded."""

from __future__ import annotations

import mmap
from pathlib import Path

import marisa_trie

from indexer.morphology.edits import Edit


class Table:
    """The dictionary of one language, by form and by lemma. All its words are folded."""

    def __init__(self, folder: Path) -> None:
        self._forms = marisa_trie.BytesTrie().mmap(str(folder / "forms.marisa"))
        self._lemmas = marisa_trie.RecordTrie("<II").mmap(str(folder / "lemmas.marisa"))
        with (folder / "paradigms.txt").open("rb") as file:
            self._paradigms = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def lemmas(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of a word: the word itself if it is one, or else those that it is a form of."""
        if word in self._lemmas:
            return frozenset({word})
        return frozenset(Edit.read(edit.decode()).apply(word) for edit in self._forms.get(word, ()))

    def forms(self, lemma: str) -> frozenset[str]:
        """Return all forms of a dictionary form, including the dictionary form itself."""
        if lemma not in self._lemmas:
            return frozenset({lemma})
        ((start, length),) = self._lemmas[lemma]
        edits = self._paradigms[start : start + length].decode().split("\n")
        return frozenset(Edit.read(edit).apply(lemma) for edit in edits)
