"""Latin and Cyrillic letters that look alike, which a keyboard layout or a copied text mixes within one word."""

from __future__ import annotations

import re

_LATIN = "aceiopxyABCEHIKMOPTX"
_CYRILLIC = "асеіорхуАВСЕНІКМОРТХ"
_TO_CYRILLIC = dict(zip(_LATIN, _CYRILLIC, strict=True))
_TO_LATIN = dict(zip(_CYRILLIC, _LATIN, strict=True))
_IN_LATIN = re.compile("[A-Za-z]")
_IN_CYRILLIC = re.compile("[Ѐ-ӿ]")


def respelled(word: str) -> str | None:
    """Return the word in one script where it mixes two by letters that look alike; else None."""
    latin, cyrillic = _IN_LATIN.findall(word), _IN_CYRILLIC.findall(word)
    if not latin or not cyrillic:
        return None
    if all(letter in _TO_CYRILLIC for letter in latin) and len(latin) <= len(cyrillic):
        return "".join(_TO_CYRILLIC.get(letter, letter) for letter in word)
    if all(letter in _TO_LATIN for letter in cyrillic):
        return "".join(_TO_LATIN.get(letter, letter) for letter in word)
    return None
