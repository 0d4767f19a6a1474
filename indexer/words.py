"""The tokenizer, the only one: the index, queries, the tagger and the highlighter all use the words from this file.

Words follow Unicode's word boundary rules (UAX #29), with these additions:

- ' ’ ‘ ʼ ` ´ ′ within a word all count as the same apostrophe and join it; at its edges they are punctuation. A colon
  never joins.
- A full stop between a lowercase letter and a capitalised word ends a sentence with a missing space and does not join.
- `_` joins words and is dropped at the edges, so that channel markup (`__so__`) does not hide a word.
- Every emoji is a word; variation selectors and skin tones are dropped. A flag or a joined sequence is a single word.
- Each Han or Hiragana character is a word, as in Lucene; a run of Thai, Lao, Khmer or Burmese is a single word.
- No text is lost: a word longer than 100 characters becomes several adjacent words and can be found as a phrase.

Each word is then folded: NFC, case folding (ß → ss), Latin letters without diacritics (ł → l, æ → ae), ё → е, Cyrillic
without stress marks (й and ї are letters in their own right and stay), without invisible characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import regex

TOKENIZER_VERSION = 1  # raise it whenever the same text could give different words; all engines must then be rebuilt
SEPARATOR = "¶"  # separates title and text; it is never a word of a text, so no phrase crosses the boundary
MAX_LENGTH = 100

APOSTROPHES = "'’‘‛ʼ`´′＇"
_INVISIBLE = r"[\p{Cf}--\u200B]"  # a zero-width space separates, soft hyphens and direction marks do not
_LETTERS = rf"[\p{{L}}\p{{Nl}}--[\p{{Han}}\p{{Hiragana}}\p{{LB=SA}}{APOSTROPHES}]]"
_PLAIN = "[0-9A-Za-zÀ-ÖØ-öø-ɏЀ-ҁҊ-ԯ]"  # the same in short for most texts: three times as fast
_INNER = rf"(?:{_PLAIN}++|[{_LETTERS}\p{{Nd}}\p{{M}}{_INVISIBLE}])"
_AFTER_LETTER = rf"(?<=[\p{{L}}\p{{Nl}}][\p{{M}}{_INVISIBLE}]*)"
_AFTER_DIGIT = rf"(?<=\p{{Nd}}[\p{{M}}{_INVISIBLE}]*)"
_JOINER = (
    rf"(?=[_.,;·‧٫٬{APOSTROPHES}])(?:_+|{_AFTER_LETTER}(?:[{APOSTROPHES}·‧]|(?!(?<=\p{{Ll}})\.\p{{Lu}}\p{{Ll}})\.)(?={_LETTERS})"
    rf"|{_AFTER_DIGIT}[.,;٫٬{APOSTROPHES}](?=\p{{Nd}}))"
)
_PICTURE = (
    r"[[\u231A-\u23FF\u2600-\u27BF\u2B05-\u2B55\U0001F000-\U0001FAFF]&&[\p{Extended_Pictographic}]]"
    r"[\uFE0F\U0001F3FB-\U0001F3FF]*+"
)
_WORD = regex.compile(
    rf"(?:{_PLAIN}|{_LETTERS}|\p{{Nd}}){_INNER}*+(?:{_JOINER}(?:{_LETTERS}|\p{{Nd}}){_INNER}*+)*+"
    rf"|[\p{{Han}}\p{{Hiragana}}]\p{{M}}*+"
    rf"|[\p{{LB=SA}}&&\p{{L}}][[\p{{LB=SA}}&&\p{{L}}]\p{{M}}]*+"
    rf"|\p{{RI}}{{2}}|{_PICTURE}(?:\u200D{_PICTURE})*+",
    regex.V1,
)
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_DROPPED = regex.compile(
    r"[[\p{Cf}--\u200D]\uFE0F\U0001F3FB-\U0001F3FF]|(?<![\p{So}\uFE0F\U0001F3FB-\U0001F3FF])\u200D", regex.V1
)
# Normalising takes the square of the marks in a row; no text has more than 30 (Unicode Standard Annex 15, section 13).
_MOST_MARKS = 30
_EXCESS_MARKS = regex.compile(rf"(\p{{M}}{{{_MOST_MARKS}}})\p{{M}}+")
_LATIN_MARKS = regex.compile(r"(\p{Latin})\p{M}+")
_MOST_FOLDED = 50_000  # words; with their folded forms 8 MB
_CYRILLIC_MARKS = regex.compile(r"(\p{Cyrillic})\p{M}+")
_UNMARKED_CYRILLIC = regex.compile("[А-ЯЁІЇЄҐа-яёіїєґ0-9]+")
# Characters that are folded one by one, without the grave accent, which is an apostrophe; `re` is faster at this than `regex`.
_SIMPLE = re.compile("[ -_a-~А-ЯЁІЇЄҐа-яёіїєґ’]*")
_RESPELLED = str.maketrans(
    {"ё": "е", "ѐ": "е", "ѝ": "и", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "þ": "th"}
    | {"æ": "ae", "œ": "oe", "ŋ": "n", "ĸ": "k"}
)


def tokens(text: str) -> list[str]:
    """Return the words of the text, folded, in order."""
    found = _WORD.findall(text)
    joined = " ".join(found)
    # Folding a text at once takes no longer than looking its words up, and a tenth of folding them one by one.
    if _SIMPLE.fullmatch(joined) and max(map(len, found), default=0) <= MAX_LENGTH:
        return joined.lower().replace("ё", "е").replace("’", "'").split()
    return " ".join(map(_folded.__getitem__, found)).split()


def spans(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (word, start, end) for each word of `tokens(text)`; text[start:end] is the word as spelled in the text.

    The pieces of a word longer than 100 characters share the span of the whole word.
    """
    for match in _WORD.finditer(text):
        start, end = match.span()
        folded = _folded[text[start:end]]
        if len(folded) <= MAX_LENGTH:
            yield folded, start, end
        else:
            yield from ((piece, start, end) for piece in folded.split())


def joined(title: str | None, text: str) -> str:
    """Return what an engine indexes as `words`: the words of title, SEPARATOR, the words of text, joined by spaces."""
    return " ".join((*tokens(title or ""), SEPARATOR, *tokens(text)))


def joined_authors(authors: Sequence[str]) -> str:
    """Return what an engine indexes as `author_words`: the words of each author, SEPARATOR between two authors."""
    return f" {SEPARATOR} ".join(" ".join(tokens(author)) for author in authors).strip()


def _fold(word: str) -> str:
    """Return the folded word, or the pieces of a word that is too long, joined by spaces."""
    folded = word.lower() if word.isascii() else _fold_letters(word)
    if len(folded) <= MAX_LENGTH:
        return folded
    pieces = (folded[start : start + MAX_LENGTH] for start in range(0, len(folded), MAX_LENGTH))
    return " ".join(token for piece in pieces for token in tokens(piece))


def _fold_letters(word: str) -> str:
    if _UNMARKED_CYRILLIC.fullmatch(word):
        return word.lower().translate(_RESPELLED)
    if len(word) > _MOST_MARKS:
        word = _EXCESS_MARKS.sub(r"\1", word)
    plain = unicodedata.normalize("NFC", _DROPPED.sub("", word.translate(_ONE_APOSTROPHE))).casefold()
    bare = _LATIN_MARKS.sub(r"\1", unicodedata.normalize("NFD", plain))
    return _CYRILLIC_MARKS.sub(r"\1", unicodedata.normalize("NFC", bare)).translate(_RESPELLED)


class _Folded(dict[str, str]):
    """A cache of folded words: folding a new word takes as long as looking up fifty."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_FOLDED:
            self.clear()
        folded = self[word] = _fold(word)
        return folded


_folded = _Folded()
