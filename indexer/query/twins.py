"""Russian and Ukrainian words that differ by a letter or two: переговоры and переговори.

A word that is a dictionary form in one of the two languages alone finds nothing in the other, and whoever reads both may
not notice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, product

from indexer.query.context import ExplainedWord, QueryContext, Words
from indexer.query.diagnostics import Diagnostic

_LANGUAGE_FIELD = re.compile("lang(uage)?:")  # a query that names a language
_SHORTEST = 5  # letters; short words have false friends
_MOST_SPELLINGS = 64
_MOST_WORDS = 10  # of a query that are looked at
_OTHER = {"ru": "uk", "uk": "ru"}
_NAMES = {"ru": "Russian", "uk": "Ukrainian"}
_LETTERS = {
    "ru": {"ы": "и", "и": "иі", "э": "е", "е": "еє", "ъ": "'"},  # a Russian letter → Ukrainian ones
    "uk": {"и": "иы", "і": "и", "ї": "и", "є": "еэ", "е": "еэ", "ґ": "г", "'": "ъ"},
}


def twin_note(text: str, words: Sequence[ExplainedWord], context: QueryContext) -> Diagnostic | None:
    """Return a note that names the twins of a query's words, None where there are none.

    Nothing is said of words in phrases, nor where the query names a language. Of 1,283 Russian and Ukrainian words in the default
    themes 122 have a twin, five of them a false one (кілька, several, and килька, a fish).

    Args:
        text: the query.
        words: its own words with the forms they stand for.
    """
    if not {"ru", "uk"} <= set(context.languages) or _LANGUAGE_FIELD.search(text):
        return None
    typed = {word.word for word in words}
    alone = [word for word in words[:_MOST_WORDS] if _stands_alone(word, text)]
    twins = [(word, *pair) for word in alone if (pair := _twin(word, context.morphology)) and pair[0] not in typed]
    if not twins:
        return None
    first = twins[0][0]
    pairs = ", ".join(f'"{word.word}" is "{twin}" in {_NAMES[language]}' for word, twin, language in twins)
    suggestion = text
    for word, spelling, _ in reversed(twins):
        start, end = word.position, word.position + len(word.word)
        suggestion = f"{suggestion[:start]}({suggestion[start:end]} OR {spelling}){suggestion[end:]}"
    message = f"only one of the two languages is searched: {pairs}"
    return Diagnostic("other-spelling", "note", message, first.position, len(first.word), suggestion)


def _stands_alone(word: ExplainedWord, text: str) -> bool:
    """Return whether the word was typed as it is, outside of quotes and compounds."""
    start, end = word.position, word.position + len(word.word)
    return text[start:end].lower().replace("ё", "е") == word.word and text[end : end + 1] in (
        "",
        " ",
        ")",
        "^",
        "\n",
        "\t",
    )


def _twin(word: ExplainedWord, words: Words) -> tuple[str, str] | None:
    """Return the twin and its language."""
    if set(word.forms) not in ({"ru"}, {"uk"}) or len(word.word) < _SHORTEST:
        return None
    [language] = word.forms
    other = _OTHER[language]
    if not words.is_dictionary_form(word.word, language):
        return None
    spellings = islice(_spellings(word.word, language), _MOST_SPELLINGS)
    twins = (spelling for spelling in spellings if spelling != word.word and words.is_dictionary_form(spelling, other))
    twin = next(twins, None)
    return (twin, other) if twin and twin not in word.all_forms else None


def _spellings(word: str, language: str) -> Iterator[str]:
    letters = _LETTERS[language]
    return map("".join, product(*(letters.get(letter, letter) for letter in word)))
