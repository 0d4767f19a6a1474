"""Punctuation of a pasted headline: it stands between words and means nothing to a search.

Is peace possible? Talks resume          ? ends a sentence
Moscow - Kyiv: what now , and what next  the dash, the colon and the comma stand between words
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from config.nearest import nearest
from indexer.query.diagnostics import Diagnostic, replaced
from indexer.query.fields import FIELDS
from indexer.query.operators import PROGRAMMING_SIGNS
from indexer.query.scan import Piece, scan
from indexer.query.synonyms import is_field
from indexer.query.texts import ENDING_MARKS
from indexer.words import tokens

_ENDING = re.compile(rf"(?<=[^\W_]){ENDING_MARKS}")
_SLIP = 0.8  # how like a field a name before ": " must be to be one with a slip: titel, langauge, sorce


def scan_words(text: str) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of a query, and those of them that mean something; none where the text has no word.

    A colon between words is punctuation unless a field stands before it, a bracket like [this] unless it holds a range.

    Raises:
        QueryTooBroad: see `scan`.
    """
    pieces = scan(text)
    idle = _idle_brackets(pieces) | _free_signs(text, pieces)
    words = [
        piece
        for index, piece in enumerate(pieces)
        if index not in idle and not _is_punctuation(text, pieces[index - 1] if index else None, piece)
    ]
    return pieces, words


def punctuation_notes(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield a note where a sign is read as punctuation that means something elsewhere, and a doubt about dashes.

    Args:
        pieces: with the punctuation.
    """
    free = _free_signs(text, pieces)
    for index, piece in enumerate(pieces):
        ending = _ENDING.search(piece.text) if piece.kind in ("word", "phrase") else None
        if ending:
            start, end = piece.start + ending.start(), piece.start + ending.end()
            message = 'a "?" that ends a word is read as punctuation; inside a word it stands for one letter'
            yield Diagnostic("punctuation", "note", message, start, end - start, replaced(text, start, end, ""))
        elif index in free and piece.text == "-" and index - 1 not in free:
            end = piece.start + len(text[piece.start :]) - len(text[piece.start :].lstrip("+-"))
            message = '"-" before a blank is read as a dash; to exclude a word, write -word'
            yield Diagnostic("punctuation", "note", message, piece.start, 1, text[: piece.start] + text[end:].lstrip())
        elif piece.kind == "colon" and _ends(text, piece) and index and _is_punctuation(text, pieces[index - 1], piece):
            message = f'":" after "{pieces[index - 1].text}" is read as punctuation; fields are {", ".join(FIELDS)}'
            yield Diagnostic("punctuation", "note", message, piece.start, 1, piece.replaced_in(text, ""))
        elif piece.kind == "dash" and re.match(r'[\w"(]', text[piece.end : piece.end + 1]):
            message = f'"{piece.text}" before a word changes nothing; did you mean NOT, which is written -word?'
            yield Diagnostic("dash", "warning", message, piece.start, 1, piece.replaced_in(text, "-"))


def _is_punctuation(text: str, before: Piece | None, piece: Piece) -> bool:
    if before is not None and before.kind in ("colon", "compare"):
        return False
    match piece.kind:
        case "word":
            return (
                piece.text not in PROGRAMMING_SIGNS
                and not re.search(r"[\w*\\@]", piece.text)
                and not tokens(piece.text)
            )
        case "dash":
            return True
        case "other":
            return piece.text not in "'\\" and _ends(text, piece)
        case "colon":
            return _ends(text, piece) and not (before is not None and _may_be_field(before))
    return False


def _may_be_field(piece: Piece) -> bool:
    name = piece.text.lower()
    return piece.kind == "word" and (is_field(name) or nearest(name, FIELDS, likeness=_SLIP) is not None)


def _free_signs(text: str, pieces: Sequence[Piece]) -> set[int]:
    """Return the indexes of + and - that stand before a blank, alone or several together."""
    free: set[int] = set()
    for index in range(len(pieces) - 1, -1, -1):
        piece = pieces[index]
        is_first_of_free = index + 1 in free and pieces[index + 1].start == piece.end
        if piece.kind == "sign" and (is_first_of_free or _ends(text, piece)):
            free.add(index)
    return free


def _ends(text: str, piece: Piece) -> bool:
    return text[piece.end : piece.end + 1].strip() == ""


def _idle_brackets(pieces: Sequence[Piece]) -> set[int]:
    """Return the indexes of square brackets that hold no range."""
    idle: set[int] = set()
    for index, piece in enumerate(pieces):
        if piece.text != "[" or (index and pieces[index - 1].kind == "colon"):
            continue
        inside = next((end for end in range(index + 1, len(pieces)) if pieces[end].kind == "range"), None)
        if inside is None or pieces[inside].text != "]":
            continue
        if not any(part.text == "TO" for part in pieces[index:inside]):
            idle |= {index, inside}
    return idle
