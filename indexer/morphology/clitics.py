"""What English and the Romance languages write together with a word: Russia's, l'accord, dell'accordo.

The tokenizer keeps an apostrophe inside a word, so these are forms of the word.
"""

from __future__ import annotations

from collections.abc import Iterable

_ELIDED = {
    "fr": ("l'", "d'", "qu'", "s'", "n'"),
    "it": ("l'", "d'", "un'", "dell'", "all'", "nell'", "sull'", "dall'", "quest'"),
    "ca": ("l'", "d'", "s'", "n'"),
}
_VOWELS = tuple("aeiouyh")


def bare(word: str, language: str) -> str:
    """Return the word without what is joined to it."""
    if language == "en":
        return word.removesuffix("'s")
    for joined in _ELIDED.get(language, ()):
        if word.startswith(joined):
            return word.removeprefix(joined)
    return word


def with_clitics(forms: Iterable[str], nouns: Iterable[str], language: str) -> frozenset[str]:
    """Return the forms and what they look like when something is joined to them; only nouns take the English 's."""
    plain = frozenset(forms)
    if language == "en":
        return plain | {f"{noun}'s" for noun in nouns if noun.isalpha()}
    return plain | {
        f"{joined}{form}" for joined in _ELIDED.get(language, ()) for form in plain if form.startswith(_VOWELS)
    }
