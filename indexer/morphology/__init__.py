"""The inflected forms of words in each language. Words are expanded in queries, not in stored articles.

Russian and Ukrainian use pymorphy3. For every other language, the dictionary of simplemma is inverted once into a table on disk.
All words passed in and out are tokens from `indexer.words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from fcntl import LOCK_EX, flock
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import regex

from config.errors import ConfigError, Problem
from indexer.morphology.build import UnknownLanguage, build_table, table_folder
from indexer.morphology.cyrillic import Cyrillic
from indexer.morphology.latin import Tabled

DEFAULT_LANGUAGES = ("en", "ru", "uk", "de", "fr", "pl")
MAX_FORMS = 200  # of one word in one language; the most, those of a Russian verb with its participles, are about 130

_LETTER_OF = {
    "ru": "[а-я]",
    "uk": "[\\p{Cyrillic}--[ыэъё]]",
    **dict.fromkeys(("bg", "mk"), r"\p{Cyrillic}"),
    **dict.fromkeys(("el", "grc"), r"\p{Greek}"),
    **dict.fromkeys(("ar", "fa"), r"\p{Arabic}"),
    "he": r"\p{Hebrew}",
    "hi": r"\p{Devanagari}",
    "hy": r"\p{Armenian}",
    "ka": r"\p{Georgian}",
    "ml": r"\p{Malayalam}",
}

_STANDINGS = ("function", "lemma", "function form", "form", "unknown", "other")  # in order of precedence

Progress = Callable[[str, int, int], None]  # languages to build or the one just built, tables built, tables in total

_BUILDERS = 2  # processes; more would not help, since the largest table takes as long as all others together


class _Dictionary(Protocol):
    def knows(self, word: str) -> bool: ...
    def is_function_word(self, word: str) -> bool: ...
    def lemmas(self, word: str) -> frozenset[str]: ...
    def forms(self, word: str) -> frozenset[str]: ...


class Morphology:
    """The dictionaries of the configured languages.

    Each is opened on first use. Thread-safe; results are cached.
    """

    def __init__(self, cache: Path, languages: Sequence[str] = DEFAULT_LANGUAGES) -> None:
        self.languages = tuple(languages)
        self._dictionaries: Mapping[str, _Dictionary] = {
            language: Cyrillic("ru" if language == "ru" else "uk")
            if language in ("ru", "uk")
            else Tabled(table_folder(cache, language), language)
            for language in languages
        }
        self.forms = lru_cache(maxsize=50_000)(self._forms)
        self.is_function_word = lru_cache(maxsize=50_000)(self._is_function_word)
        self._standing = lru_cache(maxsize=50_000)(self._find_standing)

    def expand(self, word: str, languages: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return language → forms of a word whose language is unknown.

        The word is expanded in the languages in which it is a dictionary form. If there are none, it is expanded in those that
        know it in any form, and if there are none of these either, in all languages with its script. A word that is the
        dictionary form of a function word in any language is not expanded. Neither is an inflected form of a function word,
        unless it is a dictionary form in another language. Every set includes the word; the result is empty when the word is
        not expanded.
        """
        standings = {language: self._standing(word, language) for language in languages}
        best = min(standings.values(), key=_STANDINGS.index, default="other")
        if best.startswith("function") or best == "other":
            return {}
        return {language: self.forms(word, language) for language in languages if standings[language] == best}

    def is_dictionary_form(self, word: str, language: str) -> bool:
        """Return whether the word is a dictionary form in this language, and not a function word."""
        return self._standing(word, language) == "lemma"

    def _forms(self, word: str, language: str) -> frozenset[str]:
        """Return all forms of a word of this language, including the word; for a function word, only the word itself.

        Raises:
            KeyError: the language is not one of `languages`.
        """
        if not self._could_be(word, language) or self.is_function_word(word, language):
            return frozenset({word})
        forms = self._dictionaries[language].forms(word)
        return forms if len(forms) <= MAX_FORMS else frozenset(sorted(forms - {word})[: MAX_FORMS - 1]) | {word}

    def _is_function_word(self, word: str, language: str) -> bool:
        """Return whether the word is a function word in this language, which is never expanded."""
        return self._could_be(word, language) and self._dictionaries[language].is_function_word(word)

    def _find_standing(self, word: str, language: str) -> str:
        """Return the role of the word in a language: one of _STANDINGS."""
        if not self._could_be(word, language):
            return "other"
        dictionary = self._dictionaries[language]
        known = dictionary.knows(word)
        is_lemma = known and word in dictionary.lemmas(word)
        if self.is_function_word(word, language):
            return "function" if is_lemma or not known else "function form"
        return "lemma" if is_lemma else "form" if known else "unknown"

    def _could_be(self, word: str, language: str) -> bool:
        return _word_of(language).fullmatch(word) is not None


@lru_cache
def _word_of(language: str) -> regex.Pattern[str]:
    """Return a pattern for words of the language: letters of its script and digits, with at least one letter."""
    letter = _LETTER_OF.get(language, r"\p{Latin}")
    return regex.compile(rf"(?=.*{letter})(?:{letter}|[\p{{M}}\p{{Nd}}'._])+", regex.V1)


def open_morphology(
    cache: Path, languages: Sequence[str] = DEFAULT_LANGUAGES, *, progress: Progress | None = None
) -> Morphology:
    """Return the morphology of these languages after building missing tables, which takes half a minute the first time.

    Args:
        cache: folder of the tables. Any number of processes may share it, and all its contents can be rebuilt.
        progress: called before the first table is built and after each table.

    Raises:
        ConfigError: a language has no dictionary, or the folder cannot be written.
    """
    tabled = [language for language in languages if language not in ("ru", "uk")]
    missing = [language for language in tabled if not table_folder(cache, language).is_dir()]
    if missing:
        _build_in_processes(cache, missing, progress or (lambda *_: None))
    return Morphology(cache, languages)


def _build_in_processes(cache: Path, languages: Sequence[str], progress: Progress) -> None:
    """Build tables in separate processes, so that their memory is released; start with the last, since Polish takes longest."""
    progress(", ".join(languages), 0, len(languages))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(_BUILDERS, mp_context=get_context("spawn")) as pool:
            building = {pool.submit(_build, cache, language): language for language in reversed(languages)}
            for done, future in enumerate(as_completed(building), 1):
                future.result()
                progress(building[future], done, len(languages))
    except UnknownLanguage as error:
        message = f'there is no dictionary for "{error}"; use two-letter codes such as de or fr'
        raise ConfigError([Problem("languages", message)]) from None
    except BrokenExecutor:
        message = "building the word tables was killed, perhaps because memory ran out; free 0.8 GB and start again"
        raise ConfigError([Problem(str(cache), message)]) from None
    except OSError as error:
        message = f"the word tables cannot be written ({error.strerror}); free disk space or correct PARLEY_CACHE"
        raise ConfigError([Problem(str(cache), message)]) from None


def _build(cache: Path, language: str) -> None:
    """Build a table while other processes that need it wait. The lock is released even if this process is killed."""
    with (cache / f".{language}.lock").open("w") as file:
        flock(file, LOCK_EX)
        if not table_folder(cache, language).is_dir():
            build_table(cache, language)
