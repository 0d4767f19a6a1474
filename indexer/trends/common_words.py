"""Words that are more frequent at times and say nothing of what happened: months, days of the week, and numbers."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale, UnknownLocaleError

from indexer.query.context import Words
from indexer.words import tokens

# Dictionary forms; the morphology knows the others.
_NUMBERS = {
    "en": """
        one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
        nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion trillion dozen
    """,
    "de": """
        eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn
        neunzehn zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend Million Milliarde Billion Dutzend
    """,
    "fr": """
        un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante
        soixante cent mille million milliard billion dizaine douzaine vingtaine trentaine cinquantaine centaine millier
    """,
    "pl": """
        jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście trzynaście czternaście piętnaście
        szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści czterdzieści pięćdziesiąt sześćdziesiąt
        siedemdziesiąt osiemdziesiąt dziewięćdziesiąt sto dwieście trzysta tysiąc milion miliard tuzin
    """,
    "ru": """
        один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать
        шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят
        девяносто сто двести триста четыреста пятьсот тысяча миллион миллиард триллион десяток дюжина сотня
    """,
    "uk": """
        один два три чотири п'ять шість сім вісім дев'ять десять одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять
        шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять сорок п'ятдесят шістдесят сімдесят вісімдесят
        дев'яносто сто двісті триста чотириста п'ятсот тисяча мільйон мільярд трильйон десяток дюжина сотня
    """,
}
_ALSO_ELSE = frozenset({"march", "marche"})  # whose other forms are of another word


@lru_cache
def calendar_words(language: str | None) -> frozenset[str]:
    """Return the names of months and days as calendars have them, also shortened (CLDR)."""
    return _calendar(language, ("wide", "abbreviated", "short", "narrow"))


@lru_cache
def _names(language: str | None) -> frozenset[str]:
    """Return the names of months and days in full."""
    return _calendar(language, ("wide",))


@lru_cache
def _inflected(language: str, words: Words) -> frozenset[str]:
    """Return all forms of the names of months and days and of the words for numbers."""
    whole = (_names(language) | frozenset(tokens(_NUMBERS.get(language, "")))) - _ALSO_ELSE
    return frozenset(form for word in whole for form in words.forms(word, language))


def _calendar(language: str | None, widths: tuple[str, ...]) -> frozenset[str]:
    try:
        locale = Locale.parse(language or "")
    except (UnknownLocaleError, ValueError):
        return frozenset()
    names = (
        name
        for kinds in (locale.months, locale.days)
        for written in kinds.values()
        for width, values in written.items()
        if width in widths
        for name in values.values()
    )
    return frozenset(word for name in names for word in tokens(name))


def says_nothing(word: str, language: str | None, words: Words) -> bool:
    """Return whether a word is a function word, a number, or the name of a month or a day, in any of its forms."""
    if language is None or language not in words.languages:
        return word in calendar_words(language)
    # A short form may be a word of its own, as Ukrainian лист, a letter, is.
    if word in calendar_words(language) and not words.is_dictionary_form(word, language):
        return True
    is_number_or_name = word in _names(language) or word in _inflected(language, words)
    return is_number_or_name or words.is_function_word(word, language)
