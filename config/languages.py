"""Language codes (ISO 639-1), and what people and websites write instead of them."""

from __future__ import annotations

import re

# The code, and then what stands for it by mistake: a country's code, the codes of ISO 639-2 and the name in English.
# A code of another language is no mistake: `uk` is Ukrainian, never British English.
_LANGUAGES = """
ar ara arabic
az aze azerbaijani
be by bel belarusian
bg bul bulgarian
bs bos bosnian
ca cat catalan
cs cz ces cze czech
da dk dan danish
de deu ger german
el gr ell gre greek
en gb us eng english
es spa spanish
et est estonian
fa fas per persian farsi
fi fin finnish
fr fra fre french
he heb hebrew
hi hin hindi
hr hrv croatian
hu hun hungarian
hy hye arm armenian
id ind indonesian
is isl ice icelandic
it ita italian
ja jp jpn japanese
ka kat geo georgian
kk kz kaz kazakh
ko kor korean
ky kir kyrgyz
lt lit lithuanian
lv lav latvian
mk mkd mac macedonian
mn mon mongolian
nl nld dut dutch
no nor norwegian
pl pol polish
pt por portuguese
ro ron rum romanian
ru rus russian
sk slk slo slovak
sl slv slovenian
sq sqi alb albanian
sr srp serbian
sv swe swedish
tg tgk tajik
tr tur turkish
uk ua ukr ukrainian
uz uzb uzbek
vi vie vietnamese
zh cn zho chi chinese
"""
_MISTAKEN = {name: code for line in _LANGUAGES.split("\n") for code, *names in [line.split() or [""]] for name in names}
_MONTH_FIRST = frozenset(("US", "FM", "MH", "PW"))
_EITHER_FIRST = frozenset(("CA", "PH"))
_SAME = {"iw": "he", "nb": "no", "nn": "no"}  # an old code, and the two ways of writing Norwegian
_TAG = re.compile(r"\s*([A-Za-z]+)(?![^\s_-])")


def mistaken(name: str) -> str | None:
    """Return the language code meant by another notation (`ua`, `eng`, `English`), or None."""
    return _MISTAKEN.get(name.lower())


def language_code(tag: object) -> str | None:
    """Return the two-letter code that a language tag begins with or means (`uk-UA`, `en_US`, `eng`, `ua`), or None."""
    match = _TAG.match(tag) if isinstance(tag, str) else None
    if match is None:
        return None
    code = match[1].lower()
    code = _MISTAKEN.get(code) or _SAME.get(code, code)
    return code if len(code) == 2 else None


def is_day_first(language: str, country: str) -> bool | None:
    """Tell whether `3/4/2026` is in April where this language is written; None when that is unknown.

    Args:
        country: ISO 3166-1 alpha-2; empty when unknown.
    """
    if country in _MONTH_FIRST:
        return False
    if language == "en" and (not country or country in _EITHER_FIRST):
        return None
    return True
