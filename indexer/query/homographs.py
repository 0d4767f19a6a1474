"""Words that mean something in one language and are everywhere in another: war is an English noun and a German verb."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice

from indexer.query.context import Scope, Words
from indexer.words import tokens

_MOST_WORDS = 50  # of a query; enough to tell its language
_FEW = 3  # words
_LEAD = 2  # more evidence than for a language that the asker puts first: a word of one in the other is the exception
_OPERATORS = ("and", "or", "not", "to")


def warn_of_homograph(word: str, position: int, scope: Scope) -> None:
    """Add a warning if the word finds the texts of a language that the query is not written in.

    The language of the query is the one that the other words speak for; where none does, the first that the asker searches.
    """
    words, languages = scope.context.morphology, scope.context.languages
    as_function = [language for language in languages if words.is_function_word(word, language)]
    if not as_function or len(word) == 1 or _is_sentence(scope.reading.text):
        return
    evidence = _evidence(scope.reading.text, word, words, languages)
    language = max(languages, key=lambda one: evidence[one])
    if language in as_function or not words.is_dictionary_form(word, language):
        return
    if any(evidence[language] < evidence[one] + _LEAD for one in as_function if _precedes(one, language, languages)):
        return
    remedy = f"add language:{language}" if evidence[language] else "add the language you mean, as in language:en,"
    message = (
        f'"{word}" is also one of the commonest words in other languages ({", ".join(as_function)}) and finds their texts; '
        f"{remedy} or another word"
    )
    scope.reading.warn("other-language", message, position, len(word))


@lru_cache(maxsize=100)
def _is_sentence(text: str) -> bool:
    """Return whether an article must contain several words, which the texts of another language do not."""
    return " OR " not in text and len(tokens(text)) > _FEW


def _precedes(first: str, second: str, languages: tuple[str, ...]) -> bool:
    return languages.index(first) < languages.index(second)


@lru_cache(maxsize=1_000)
def _evidence(text: str, word: str, words: Words, languages: tuple[str, ...]) -> dict[str, int]:
    """Return language → how much the other words of the text speak for it: a function word twice as much as any other."""
    others = (other for other in tokens(text) if other not in (word, *_OPERATORS))
    typed = list(dict.fromkeys(islice(others, _MOST_WORDS)))
    return {
        language: sum(
            2 * words.is_function_word(other, language) + words.is_dictionary_form(other, language) for other in typed
        )
        for language in languages
    }
