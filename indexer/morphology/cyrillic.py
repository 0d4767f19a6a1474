"""Russian and Ukrainian with pymorphy3, which also predicts the inflection of words outside its dictionary."""

from __future__ import annotations

import re
from functools import cache, cached_property, lru_cache
from typing import Any, Literal

from indexer.morphology.function_words import FUNCTION_WORDS
from indexer.words import MAX_LENGTH, tokens

# Conjunctions, prepositions, particles, interjections, pronouns.
_FUNCTION_PARTS = frozenset({"CONJ", "PREP", "PRCL", "INTJ", "NPRO"})
# Readings less than a tenth as likely as the best one are wrong (мира is a form of мир, not of миро).
_LEAST_SHARE = 0.1
_PLAIN = re.compile(f"[а-яёіїєґА-ЯЁІЇЄҐ]{{1,{MAX_LENGTH}}}")
_BY_PARADIGM = 4  # length of the method of a reading with a paradigm: analyzer, word, paradigm, index in the paradigm
_NAMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
# The Ukrainian dictionary has no frequencies, so nouns are preferred to verbs: війни is "war", not "howl!". Adjectives come first
# because their forms include those of nouns derived from them.
_PREFERRED = ("ADJF", "NOUN", "INFN", "VERB")


class Cyrillic:
    """The dictionary of Russian or Ukrainian, opened on first use and once in a process."""

    def __init__(self, language: Literal["ru", "uk"]) -> None:
        self._language = language
        self._readings = lru_cache(maxsize=1_000)(self._read)  # each word is looked up several times in a row

    @cached_property
    def _analyzer(self) -> Any:
        return _analyzer_of(self._language)

    def knows(self, word: str) -> bool:
        """Return whether the dictionary contains the word in any form."""
        return bool(self._analyzer.word_is_known(word))

    def is_function_word(self, word: str) -> bool:
        """Return whether the most likely reading is a conjunction, preposition, particle, interjection, pronoun or `to be`."""
        if word in FUNCTION_WORDS[self._language]:
            return True
        best = self._readings(word) if self.knows(word) else []  # a function word is never a prediction
        return any(
            reading.tag.POS in _FUNCTION_PARTS or "Apro" in str(reading.tag) or reading.normal_form in ("быть", "бути")
            for reading in best[:1]
        )

    def lemmas(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of the word, predicted ones if the dictionary does not contain it."""
        return frozenset(token for reading in self._readings(word) for token in _tokens(reading.normal_form))

    def forms(self, word: str) -> frozenset[str]:
        """Return all forms of the word, folded, including the word itself."""
        lexemes = {_lexeme_key(reading): reading for reading in self._readings(word)}
        forms = {form.word for reading in lexemes.values() for form in _related_forms(reading)}
        return frozenset({word, *(token for form in forms for token in _tokens(form))})

    def _read(self, word: str) -> list[Any]:
        """Return the likely readings with the best part of speech, preferring those whose dictionary form is the word."""
        readings = self._analyzer.parse(word)
        if not readings:
            return []
        likely = [reading for reading in readings if reading.score >= _LEAST_SHARE * readings[0].score]
        preferred = [reading for reading in likely if _tokens(reading.normal_form) == [word]] or likely
        part = min(preferred, key=lambda reading: (-reading.score, _is_name(reading), _rank(reading.tag.POS))).tag.POS
        return [reading for reading in preferred if part == reading.tag.POS]


@cache
def _analyzer_of(language: str) -> Any:
    from pymorphy3 import MorphAnalyzer  # reading the dictionary takes 50 ms and 20 MB

    return MorphAnalyzer(lang=language)


def _is_name(reading: Any) -> bool:
    """Return whether the reading is a name. The word it derives from has more forms: the town Мирный is only masculine."""
    return not _NAMES.isdisjoint(str(reading.tag).replace(" ", ",").split(","))


def _rank(part: str | None) -> int:
    return _PREFERRED.index(part) if part in _PREFERRED else len(_PREFERRED)


def _tokens(text: str) -> list[str]:
    """Return the tokens of the text. For plain letters, the usual case here, this takes a tenth of the tokenizer's time."""
    return [text.lower().replace("ё", "е")] if _PLAIN.fullmatch(text) else tokens(text)


def _lexeme_key(reading: Any) -> object:
    """Return a key that is equal for readings with the same forms, because building the forms takes half of the time."""
    first, *others = reading.methods_stack
    if len(first) != _BY_PARADIGM or reading.tag.POS in ("PRTF", "PRTS"):
        return reading
    prefixes = tuple(method for method in others if type(method[0]).__name__ != "KnownSuffixAnalyzer")
    return first[2], reading.normal_form, prefixes


def _related_forms(reading: Any) -> list[Any]:
    """Return the forms with the same meaning: those of the word, or for a participle those of the participle, not of its verb."""
    if reading.tag.POS not in ("PRTF", "PRTS"):
        return list(reading.lexeme)
    same = {reading.tag.voice, reading.tag.tense}
    return [
        form for form in reading.lexeme if form.tag.POS in ("PRTF", "PRTS") and {form.tag.voice, form.tag.tense} == same
    ]
