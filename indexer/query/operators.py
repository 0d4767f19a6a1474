"""Operators as other search engines, other languages and hurried hands write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from indexer.query.diagnostics import Diagnostic, Severity, replaced
from indexer.query.scan import Piece
from indexer.query.texts import WORDS_FOR_OR

_OPERATOR_OF = {"and": "AND", "or": "OR", "not": "NOT", "and/or": "OR"}
PROGRAMMING_SIGNS = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR"}
_JOINED = {
    **dict.fromkeys(("ANDNOT", "AND-NOT", "AND_NOT", "BUTNOT", "BUT-NOT", "AND/NOT", "EXCEPT"), "AND NOT"),
    **dict.fromkeys(("ORNOT", "OR-NOT", "OR_NOT", "OR/NOT"), "OR NOT"),
    **dict.fromkeys(("AND/OR", "OR/AND", "XOR"), "OR"),
}
_FOREIGN = {
    **dict.fromkeys(("И", "ТА", "І", "UND", "ET", "ORAZ"), "AND"),
    **{word.upper(): "OR" for word in WORDS_FOR_OR},
    **dict.fromkeys(
        ("НЕ", "БЕЗ", "КРОМЕ", "КРІМ", "NICHT", "OHNE", "AUSSER", "SAUF", "SANS", "NON", "NIE", "BEZ"), "NOT"
    ),
}
# Dialog, Factiva, Nexis and EBSCO: NEAR/5, w/5, PRE/3, NEAR5, /5, and within a sentence or paragraph: w/s, /p.
_NEAR_IN_WORDS = re.compile(r"(?:near|onear|w|pre|p|n|within|adj)/\d+|(?:onear|near|adj)~?\d+", re.IGNORECASE)
_NEAR_IN_PARTS = re.compile(r"(?:near|w|pre|within|with)?/(?:s|p|sent|para|sentence|paragraph)|/\d+", re.IGNORECASE)
_NEAR_ALONE = ("NEAR", "ONEAR", "ADJ")
_USUAL_GAP = 5
_SENTENCE = 5  # plain words; so many are a pasted sentence, in which "and" and "not" are words


def lower_case_operators(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield an error for each and, or and not; of a sentence only for or, because the others change little there."""
    is_sentence = len(pieces) >= _SENTENCE and all(piece.kind == "word" and not piece.is_operator for piece in pieces)
    for index, piece in enumerate(pieces):
        operator = _OPERATOR_OF.get(piece.text) if piece.kind == "word" else None
        if not operator or len(pieces) < 2 or not _stands_free(pieces, index):
            continue
        if not is_sentence or operator == "OR":
            message = f'"{piece.text}" is treated as a search term; write {operator}, or "{piece.text}" in quotes for the word'
            yield piece.mistake("small-operator", message, piece.replaced_in(text, operator))


def programming_signs(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield an error for each &&, || and !word."""
    for piece in pieces:
        if piece.kind == "word" and piece.text in PROGRAMMING_SIGNS:
            operator = PROGRAMMING_SIGNS[piece.text]
            fixed = piece.replaced_in(text, operator)
            yield piece.mistake("sign-operator", f"{piece.text} joins nothing here; write {operator}", fixed)
        elif piece.kind == "word" and piece.text.startswith("!"):
            fixed = replaced(text, piece.start, piece.start + 1, "NOT ")
            yield piece.mistake("sign-operator", "! negates nothing here; write NOT or -", fixed)


def joined_operators(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield an error for each ANDNOT, AND/OR and the like."""
    for index, piece in enumerate(pieces):
        operator = _JOINED.get(piece.text) if piece.kind == "word" else None
        if operator and _stands_between(pieces, index):
            fixed = piece.replaced_in(text, operator)
            yield piece.mistake("joined-operator", f"{piece.text} is not known; write {operator}", fixed)
        elif piece.text == "BUT" and index + 1 < len(pieces) and pieces[index + 1].text == "NOT":
            fixed = piece.replaced_in(text, "AND")
            yield piece.mistake("joined-operator", "BUT NOT is not known; write AND NOT", fixed)


def proximity_operators(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield a remark for each NEAR/5, w/5, PRE/3, NEAR and the like: an error, or a doubt where all is in capitals."""
    for index, piece in enumerate(pieces):
        operator = _proximity(pieces, index)
        if operator is None:
            continue
        number = re.search(r"\d+", operator)
        gap = int(number[0]) if number and len(number[0]) < 4 else _USUAL_GAP
        severity: Severity = "warning" if operator in _NEAR_ALONE and _is_in_capitals(pieces) else "error"
        message = f'{operator} is not known; write "a b"~{gap}, which finds both in any order'
        fixed = _near(text, pieces, index, gap) if piece.text == operator else None
        yield Diagnostic("near-operator", severity, message, piece.start, len(operator), fixed)


def _proximity(pieces: Sequence[Piece], index: int) -> str | None:
    """Return the operator for nearness that starts at a piece."""
    piece, after = pieces[index], pieces[index + 1] if index + 1 < len(pieces) else None
    if piece.kind == "other" and after is not None and piece.end == after.start:
        operator = piece.text + after.text
        return operator if _NEAR_IN_PARTS.fullmatch(operator) and _stands_between(pieces, index) else None
    if piece.kind != "word" or not _stands_free(pieces, index):
        return None
    if _NEAR_IN_WORDS.fullmatch(piece.text):
        return piece.text
    if piece.text in _NEAR_ALONE and after is not None and (index or after.kind == "open"):
        return piece.text
    return piece.text if _NEAR_IN_PARTS.fullmatch(piece.text) and _stands_between(pieces, index) else None


def _is_in_capitals(pieces: Sequence[Piece]) -> bool:
    return all(piece.text == piece.text.upper() for piece in pieces if piece.kind == "word")


def foreign_operators(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield a warning for each или, ODER and the like; И and НЕ only in capitals, because every sentence has them."""
    is_shouted = len(pieces) > _SENTENCE and _is_in_capitals(pieces)
    for index, piece in enumerate(pieces):
        is_small_or = piece.text in WORDS_FOR_OR or (piece.text.istitle() and piece.text.lower() in WORDS_FOR_OR)
        operator = "OR" if is_small_or else _FOREIGN.get(piece.text)
        if piece.kind != "word" or operator is None or is_shouted or index == len(pieces) - 1:
            continue
        if index == 0 and operator != "NOT":
            continue
        message = f'"{piece.text}" is treated as a search term; {_MEANINGS[operator]}, write {operator}'
        fixed = piece.replaced_in(text, operator)
        yield Diagnostic("small-operator", "warning", message, piece.start, len(piece.text), fixed)


def title_case_operators(text: str, pieces: Sequence[Piece]) -> Iterator[Diagnostic]:
    """Yield a warning for each And, Or and Not."""
    for index, piece in enumerate(pieces):
        operator = piece.text.upper()
        if piece.text in ("And", "Or", "Not") and len(pieces) > 1 and _stands_free(pieces, index):
            message = f'"{piece.text}" is treated as a search term; {operator} is written in capitals'
            fixed = piece.replaced_in(text, operator)
            yield Diagnostic("small-operator", "warning", message, piece.start, len(piece.text), fixed)


_MEANINGS: Mapping[str, str] = {
    "AND": "to find both",
    "OR": "to find either of the two",
    "NOT": "to exclude what follows",
}


def _near(text: str, pieces: Sequence[Piece], index: int, gap: int) -> str | None:
    """Return the query with the operator and the words beside it written as a nearness; None where it joins more."""
    sides = [*pieces[index - 1 : index], *pieces[index + 1 : index + 2]] if index else []
    if len(sides) != 2 or any(side.kind != "word" or side.is_operator for side in sides):
        return None
    return replaced(text, sides[0].start, sides[1].end, f'"{sides[0].text} {sides[1].text}"~{gap}')


def _stands_free(pieces: Sequence[Piece], index: int) -> bool:
    return index == 0 or pieces[index - 1].kind != "colon"


def _stands_between(pieces: Sequence[Piece], index: int) -> bool:
    return 0 < index < len(pieces) - 1 and _stands_free(pieces, index)
