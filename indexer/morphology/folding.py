"""Folds many dictionary words at once, letter by letter over all of them, with the same result as `indexer.words` for each."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from indexer.words import MAX_LENGTH, tokens

# Letters of these scripts form words and are folded independently. Any other character may join, split or compose words.
_LETTER_BY_LETTER = regex.compile(r"[\p{Latin}\p{Greek}\p{Cyrillic}&&\p{L}]", regex.V1)
_END, _UNSURE = "\n", "\0"


class Folder:
    """Folds words of one language, with a cache of folded letters."""

    def __init__(self) -> None:
        self._folded: dict[str, str] = {_END: _END}

    def fold(self, words: Sequence[str]) -> list[str | None]:
        """Return the token of each word as from `indexer.words.tokens`; None for a word that is not exactly one token."""
        together = _END.join(words).lower()
        for letter in set(together):
            if (folded := self._fold_letter(letter)) != letter:
                together = together.replace(letter, folded)
        return [
            folded if folded and _UNSURE not in folded and len(folded) <= MAX_LENGTH else _one_token(word)
            for word, folded in zip(words, together.split(_END), strict=True)
        ]

    def _fold_letter(self, letter: str) -> str:
        if letter not in self._folded:
            self._folded[letter] = tokens(letter)[0] if _LETTER_BY_LETTER.fullmatch(letter) else _UNSURE
        return self._folded[letter]


def _one_token(word: str) -> str | None:
    folded = tokens(word)
    return folded[0] if len(folded) == 1 else None
