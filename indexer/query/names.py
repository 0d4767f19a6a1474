"""Countries and languages by their names: in English, in the languages of the searches, and in their own language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from config.languages import mistaken
from indexer.words import tokens

# Names in common use that the Unicode locale data does not list.
_COUNTRIES = {
    **dict.fromkeys(("uk", "en", "britain", "great britain", "англия", "англія"), "GB"),
    **dict.fromkeys(("usa", "america", "америка", "сша"), "US"),
    **dict.fromkeys(("евросоюз", "євросоюз"), "EU"),
    **dict.fromkeys(("uno", "оон"), "UN"),
    "el": "GR",
    "turkey": "TR",
    "czech republic": "CZ",
    "holland": "NL",
    "белоруссия": "BY",
}


def country_code(name: str, known: Sequence[str], languages: Sequence[str]) -> str | None:
    """Return the two letters of a country.

    Args:
        known: countries whose names in their own languages are understood too.
        languages: whose names of countries are understood, beside English.
    """
    folded = _folded(name)
    return _COUNTRIES.get(folded) or _countries(tuple(known), tuple(languages)).get(folded)


def language_code(name: str, languages: Sequence[str]) -> str | None:
    """Return the two letters of a language, also for the code of a country where the language's was meant."""
    folded = _folded(name)
    return mistaken(folded) or _languages(tuple(languages)).get(folded)


def _folded(name: str) -> str:
    return " ".join(tokens(name))


@lru_cache
def _countries(known: tuple[str, ...], languages: tuple[str, ...]) -> Mapping[str, str]:
    own = [(code, locale) for code in known for locale in _locales(get_official_languages(code))]
    names = {_folded(locale.territories.get(code, code)): code for code, locale in own}
    for locale in _locales(("en", *languages)):
        names |= {_folded(name): code for code, name in locale.territories.items() if len(code) == 2 and code.isalpha()}
    return names


@lru_cache
def _languages(languages: tuple[str, ...]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for locale in _locales(dict.fromkeys((*_WIDELY_SPOKEN, *languages))):
        names[_folded(locale.languages.get(locale.language, locale.language))] = locale.language
    for locale in _locales(("en", *languages)):
        names |= {_folded(name): code for code, name in locale.languages.items() if len(code) == 2}
    return names


# Languages whose own names are always understood; each costs a file of locale data.
_WIDELY_SPOKEN = ("ar", "be", "cs", "es", "he", "it", "lt", "lv", "et", "fi", "nl", "ro", "sv", "tr", "zh")


def _locales(codes: Sequence[str] | Mapping[str, None]) -> Iterator[Locale]:
    for code in codes:
        try:
            yield Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
