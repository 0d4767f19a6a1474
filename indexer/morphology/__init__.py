"""The forms of a word in each language: words are expanded in queries, not in stored articles.

Russian and Ukrainian come from pymorphy3; every other language from simplemma's dictionary, turned around once into a
table on disk. Words in and out are tokens as `indexer.words` makes them.
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
MAX_FORMS = 200  # of one word in one language; the largest, a Russian verb with its participles, has about 130

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

_STANDINGS = ("function", "lemma", "function form", "form", "unknown", "other")  # the first there is decides

Progress = Callable[[str, int, int], None]  # languages to build, or the one just built; tables done, tables to build

_BUILDERS = 2  # at once; the longest takes as long as all others together


class _Dictionary(Protocol):
    def knows(self, word: str) -> bool: ...
    def is_function_word(self, word: str) -> bool: ...
    def lemmas(self, word: str) -> frozenset[str]: ...
    def forms(self, word: str) -> frozenset[str]: ...


class Morphology:
    """The dictionaries of the configured languages, each opened on first use.

    Thread-safe; results are cached.
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
        """Return language → forms for the languages in which a word of unknown language is to be expanded.

        These are the languages that have the word as dictionary form; where none has, those that know it in any form;
        where none knows it, all of its script. A word that is a function word's dictionary form anywhere is not expanded,
        nor is a function word's inflected form unless it is another language's dictionary form. Every set includes the
        word; no language means that it stands for itself.
        """
        standing = {language: self._standing(word, language) for language in languages}
        best = min(standing.values(), key=_STANDINGS.index, default="other")
        if best.startswith("function") or best == "other":
            return {}
        return {language: self.forms(word, language) for language in languages if standing[language] == best}

    def is_dictionary_form(self, word: str, language: str) -> bool:
        """Tell whether a dictionary of this language lists the word as it stands, and not as a function word."""
        return self._standing(word, language) == "lemma"

    def _forms(self, word: str, language: str) -> frozenset[str]:
        """Return all forms of a word taken as one of this language, itself included; only itself for a function word.

        Raises:
            KeyError: the language is not one of `languages`.
        """
        if not self._could_be(word, language) or self.is_function_word(word, language):
            return frozenset({word})
        forms = self._dictionaries[language].forms(word)
        return forms if len(forms) <= MAX_FORMS else frozenset(sorted(forms - {word})[: MAX_FORMS - 1]) | {word}

    def _is_function_word(self, word: str, language: str) -> bool:
        """Tell whether the word is one that never expands in this language."""
        return self._could_be(word, language) and self._dictionaries[language].is_function_word(word)

    def _find_standing(self, word: str, language: str) -> str:
        """Return what the word is in a language: one of _STANDINGS."""
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
    """Return what a word of the language may be made of: its own letters and digits, a letter at least."""
    letter = _LETTER_OF.get(language, r"\p{Latin}")
    return regex.compile(rf"(?=.*{letter})(?:{letter}|[\p{{M}}\p{{Nd}}'._])+", regex.V1)


def open_morphology(
    cache: Path, languages: Sequence[str] = DEFAULT_LANGUAGES, *, progress: Progress | None = None
) -> Morphology:
    """Return the morphology of these languages; build the tables that are missing first, which takes half a minute once.

    Args:
        cache: folder of the tables, which any number of processes may share; whatever is in it can be built again.
        progress: called before the first table is built and after each.

    Raises:
        ConfigError: a language has no dictionary, or the folder cannot be written.
    """
    wanted = [language for language in languages if language not in ("ru", "uk")]
    missing = [language for language in wanted if not table_folder(cache, language).is_dir()]
    if missing:
        _build_apart(cache, missing, progress or (lambda *_: None))
    return Morphology(cache, languages)


def _build_apart(cache: Path, languages: Sequence[str], progress: Progress) -> None:
    """Build in processes of their own, so that the memory it takes is given back; the longest, Polish, stands last."""
    progress(", ".join(languages), 0, len(languages))
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(_BUILDERS, mp_context=get_context("spawn")) as pool:
            building = {pool.submit(_build, cache, language): language for language in reversed(languages)}
            for done, built in enumerate(as_completed(building), 1):
                built.result()
                progress(building[built], done, len(languages))
    except UnknownLanguage as unknown:
        message = f'there is no dictionary for "{unknown}" (two-letter codes: de, fr)'
        raise ConfigError([Problem("languages", message)]) from None
    except BrokenExecutor:
        message = "building the word tables was killed, perhaps for want of memory: it takes 0.8 GB; start again"
        raise ConfigError([Problem(str(cache), message)]) from None
    except OSError as failed:
        message = f"the word tables cannot be written ({failed.strerror}); free space or correct PARLEY_CACHE"
        raise ConfigError([Problem(str(cache), message)]) from None


def _build(cache: Path, language: str) -> None:
    """Let one process build while the others wait for what it builds; a process that dies lets go."""
    with (cache / f".{language}.lock").open("w") as file:
        flock(file, LOCK_EX)
        if not table_folder(cache, language).is_dir():
            build_table(cache, language)
