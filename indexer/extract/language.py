"""Detects the language of a text."""

from __future__ import annotations

import functools
import re
from copy import copy
from typing import TYPE_CHECKING

from config.languages import language_code

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 400  # characters, about 60 words; of 12,077 texts none got another answer than with 800
_LONG_SAMPLE = 4_000  # characters, where the sample was unclear
_PIECES = 3  # into which the sample of a long text is divided, so that a list of names at its beginning does not decide
_SHORTEST = 40  # letters; of shorter pieces one answer in eight was wrong
_SURE = 0.6  # probability; with it 6 of 1,507 pieces of ten words got a wrong answer, 129 none
_SHORTEST_CYRILLIC = (
    10  # letters; among six languages, 2 in 100 pieces of three words got a wrong answer, half got none
)
_LIKELY = 0.2  # what is enough when the page itself declares the same language
_NOISE = re.compile(r"https?://\S+|[@#]\w+|[\w.]+@[\w.]+|[\d_]+")
_CYRILLIC_LANGUAGES = frozenset(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg"))

# Of Russian and Ukrainian, the letters and the frequent words that only one of them has.
_LETTERS = {"ru": frozenset("ыэъё"), "uk": frozenset("іїєґ")}
_OTHERS = frozenset("ўјљњђћџѓќѕәөүұқғңһ")
_RUSSIAN = (
    "и что это как от об с со из или только если после во ко его ее их уже сейчас сегодня был было нет есть против будет"
    " также о при он она они"
)
_UKRAINIAN = (
    "та що це як від із зі або й якщо ще після вже його її їх був було зараз сьогодні немає є проти буде також про під він вона"
    " вони щодо через"
)
_WORDS = {"ru": frozenset(_RUSSIAN.split()), "uk": frozenset(_UKRAINIAN.split())}


def language_of(text: str, declared: str | None = None) -> str | None:
    """Return the ISO 639-1 code of the text's language, or None when it is too short or unclear.

    Args:
        declared: what the page or feed declares (`ru`, `uk-UA`, `en_US`). It is used only when the text is unclear, since many
            sites declare the language of their template.
    """
    code = language_code(declared)
    sample = _sample(text)
    if sum(map(str.isalpha, sample)) < _SHORTEST:
        return _of_few_words(sample, code)
    best, sure = _identifier().classify(sample)
    if sure < _SURE and len(text) > _SAMPLE:
        sample = _words(text[:_LONG_SAMPLE])
        best, sure = _identifier().classify(sample)
    if sure >= _SURE:
        return str(best)
    if code and dict(_identifier().rank(sample)).get(code, 0.0) >= _LIKELY:
        return code
    return _of_few_words(sample, None)


def warm() -> None:
    """Load the model now, so that the first text need not wait for it."""
    _identifier(), _cyrillic_identifier()


def _sample(text: str) -> str:
    """Return the words of a short text, or of pieces spread over a long one."""
    if len(text) > _SAMPLE:
        size, step = _SAMPLE // _PIECES, len(text) // _PIECES
        text = " ".join(text[start : start + size] for start in range(0, step * _PIECES, step))
    return _words(text[:_SAMPLE])


def _words(text: str) -> str:
    return " ".join(_NOISE.sub(" ", text).split())


def _of_few_words(sample: str, declared: str | None) -> str | None:
    """Tell Russian from Ukrainian by the letters and words that only one of them has; otherwise use what is declared."""
    letters = sample.casefold()
    if not _OTHERS.intersection(letters):
        words = re.findall(r"\w+", letters)
        marks = {
            code: 2 * sum(letter in own for letter in letters) + sum(word in _WORDS[code] for word in words)
            for code, own in _LETTERS.items()
        }
        best = max(marks, key=lambda code: marks[code])
        if marks[best] > 2 * min(marks.values()):
            return best
        best, sure = _cyrillic_identifier().classify(sample)
        if sure >= _SURE and best in _LETTERS and sum(map(_is_cyrillic, sample)) >= _SHORTEST_CYRILLIC:
            return str(best)
    return declared if declared and _could_be(sample, declared) else None


def _could_be(sample: str, code: str) -> bool:
    """Return whether a short text uses the alphabet of the declared language."""
    cyrillic = any(map(_is_cyrillic, sample))
    letters = any(map(str.isalpha, sample))
    return letters and cyrillic == (code in _CYRILLIC_LANGUAGES)


def _is_cyrillic(letter: str) -> bool:
    return "Ѐ" <= letter <= "ӿ"


@functools.cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@functools.cache
def _cyrillic_identifier() -> LanguageIdentifier:
    # The model takes half a second to load, and choosing languages leaves what both share as it is.
    identifier = copy(_identifier())
    identifier.set_languages(["ru", "uk", "be", "bg", "sr", "mk"])
    return identifier
