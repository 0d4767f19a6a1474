"""Russian and Ukrainian by pymorphy3, which also predicts how words outside its dictionary inflect."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import Any, Literal

from indexer.words import MAX_LENGTH, tokens

# Conjunctions, prepositions, particles, interjections, pronouns.
_FUNCTION_PARTS = frozenset({"CONJ", "PREP", "PRCL", "INTJ", "NPRO"})
# A reading ten times less likely than the best is the wrong word (мира is мир, not миро).
_LEAST_SHARE = 0.1
_PLAIN = re.compile(f"[а-яёіїєґА-ЯЁІЇЄҐ]{{1,{MAX_LENGTH}}}")
_BY_PARADIGM = 4  # parts of the method of a reading that has a paradigm: analyzer, word, paradigm, index in it
_NAMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
# The Ukrainian dictionary has no frequencies: війни is war, not "howl!". An adjective has the forms of the noun made of it.
_PREFERRED = ("ADJF", "NOUN", "INFN", "VERB")


class Cyrillic:
    """The readings of Russian or Ukrainian words."""

    def __init__(self, language: Literal["ru", "uk"]) -> None:
        self._language = language
        self._readings = lru_cache(maxsize=1_000)(self._read)  # each word is looked up several times in a row

    @cached_property
    def _analyzer(self) -> Any:
        from pymorphy3 import MorphAnalyzer

        return MorphAnalyzer(lang=self._language)

    def knows(self, word: str) -> bool:
        """Tell whether the dictionary holds the word, in any form."""
        return bool(self._analyzer.word_is_known(word))

    def is_function_word(self, word: str) -> bool:
        """Tell whether the word's likeliest reading is a conjunction, preposition, particle or pronoun, or `to be`."""
        best = self._readings(word) if self.knows(word) else []  # none of these is ever predicted
        return any(
            reading.tag.POS in _FUNCTION_PARTS or "Apro" in str(reading.tag) or reading.normal_form in ("быть", "бути")
            for reading in best[:1]
        )

    def lemmas(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of the word; a predicted one where the dictionary does not hold it."""
        return frozenset(token for reading in self._readings(word) for token in _tokens(reading.normal_form))

    def forms(self, word: str) -> frozenset[str]:
        """Return all forms of the word, folded, itself included."""
        lexemes = {_lexeme_key(reading): reading for reading in self._readings(word)}
        forms = {form.word for reading in lexemes.values() for form in _kindred(reading)}
        return frozenset({word, *(token for form in forms for token in _tokens(form))})

    def _read(self, word: str) -> list[Any]:
        """Return the likely readings that share a part of speech, preferring those that have the word as dictionary form."""
        readings = self._analyzer.parse(word)
        if not readings:
            return []
        likely = [reading for reading in readings if reading.score >= _LEAST_SHARE * readings[0].score]
        chosen = [reading for reading in likely if _tokens(reading.normal_form) == [word]] or likely
        part = min(chosen, key=lambda reading: (-reading.score, _is_name(reading), _rank(reading.tag.POS))).tag.POS
        return [reading for reading in chosen if part == reading.tag.POS]


def _is_name(reading: Any) -> bool:
    """Tell a name from the word it is made of, whose forms include the name's: Мирный is a town in the masculine only."""
    return not _NAMES.isdisjoint(str(reading.tag).replace(" ", ",").split(","))


def _rank(part: str | None) -> int:
    return _PREFERRED.index(part) if part in _PREFERRED else len(_PREFERRED)


def _tokens(text: str) -> list[str]:
    """Return the tokens of the text; of plain letters, as most texts here, they cost a tenth of what the tokenizer does."""
    return [text.lower().replace("ё", "е")] if _PLAIN.fullmatch(text) else tokens(text)


def _lexeme_key(reading: Any) -> object:
    """Return what readings with the same forms have in common, because building the forms is half of the work."""
    first, *others = reading.methods_stack
    if len(first) != _BY_PARADIGM or reading.tag.POS in ("PRTF", "PRTS"):
        return reading
    prefixes = tuple(method for method in others if type(method[0]).__name__ != "KnownSuffixAnalyzer")
    return first[2], reading.normal_form, prefixes


def _kindred(reading: Any) -> list[Any]:
    """Return the forms that mean what the reading means: a participle stands for itself, not for its whole verb."""
    if reading.tag.POS not in ("PRTF", "PRTS"):
        return list(reading.lexeme)
    same = {reading.tag.voice, reading.tag.tense}
    return [
        form for form in reading.lexeme if form.tag.POS in ("PRTF", "PRTS") and {form.tag.voice, form.tag.tense} == same
    ]
