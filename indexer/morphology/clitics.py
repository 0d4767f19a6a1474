"""Clitics that English and the Romance languages attach to a word: Russia's, l'accord, dell'accordo.

The tokenizer keeps an apostrophe inside a word, so a word with a clitic is treated as a form of the word.
"""

from __future__ import annotations

from collections.abc import Iterable

_ELIDED = {
    "fr": ("l'", "d'", "qu'", "s'", "n'"),
    "it": ("l'", "d'", "un'", "dell'", "all'", "nell'", "sull'", "dall'", "quest'"),
    "ca": ("l'", "d'", "s'", "n'"),
}
_VOWELS = tuple("aeiouyh")


def remove_clitics(word: str, language: str) -> str:
    """Return the word without an attached clitic."""
    if language == "en":
        return word.removesuffix("'s")
    for clitic in _ELIDED.get(language, ()):
        if word.startswith(clitic):
            return word.removeprefix(clitic)
    return word


def add_clitics(forms: Iterable[str], nouns: Iterable[str], language: str) -> frozenset[str]:
    """Return the forms, and the forms with each possible clitic attached. In English, only nouns take 's."""
    plain = frozenset(forms)
    if language == "en":
        return plain | {f"{noun}'s" for noun in nouns if noun.isalpha()}
    return plain | {
        f"{clitic}{form}" for clitic in _ELIDED.get(language, ()) for form in plain if form.startswith(_VOWELS)
    }
