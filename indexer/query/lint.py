"""Mistakes and doubtful spots in the text of a query, which the parser would read as something else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice, pairwise

from config.nearest import nearest, suggestion
from indexer.query.diagnostics import MOST_REMARKS, Diagnostic, replaced
from indexer.query.fields import FIELDS
from indexer.query.homoglyphs import respelled
from indexer.query.mixing import mixed_operators
from indexer.query.operators import (
    foreign_operators,
    joined_operators,
    lower_case_operators,
    programming_signs,
    proximity_operators,
    title_case_operators,
)
from indexer.query.punctuation import punctuation_notes
from indexer.query.scan import Piece
from indexer.query.synonyms import FIELD_SYNONYMS, is_field

_ADDRESS = re.compile(r"(?P<field>url:|site:)?(?P<address>https?:(?://)?[^\s\"()]*)", re.IGNORECASE)
_COMPARED = re.compile(r"(?P<field>\w+)(?:(?P<compare>[<>]=?)|=)(?=\S)")

Remarks = Iterator[Diagnostic]


def find_errors(text: str, words: list[Piece]) -> list[Diagnostic]:
    """Return the mistakes in the text alone, at most 20 of a kind.

    Args:
        words: its pieces without punctuation.
    """
    return [remark for check in _ERRORS for remark in islice(check(text, words), MOST_REMARKS)]


def remarks(text: str, pieces: list[Piece], words: list[Piece]) -> Remarks:
    """Yield the remarks on the text alone, at most 20 of a kind; warnings only if there is no error.

    Args:
        words: the pieces without punctuation.
    """
    errors = find_errors(text, words)
    yield from errors
    if not errors:
        yield from islice(punctuation_notes(text, pieces), MOST_REMARKS)
        for check in _WARNINGS:
            yield from islice(check(text, words), MOST_REMARKS)


def _empty(text: str, pieces: list[Piece]) -> Remarks:
    if not text.strip():
        yield Diagnostic("empty", "error", "the query is empty; write a word, or * for everything", 0, len(text))
    elif not pieces:
        yield Diagnostic("no-word", "error", f'there is no word in "{text.strip()}"; search for a word', 0, len(text))


def _single_quotes(text: str, pieces: list[Piece]) -> Remarks:
    for piece in pieces:
        if piece.kind in ("word", "other") and piece.text[0] in "'‘’`":
            fixed = re.sub(r"(?<!\w)['‘`’]([^'’\"]*)['’](?!\w)", r'"\1"', text)
            message = 'a phrase takes double quotes: "'
            yield piece.mistake("single-quotes", message, fixed if fixed != text else None)
            return


def _unbalanced(text: str, pieces: list[Piece]) -> Remarks:
    opened: list[Piece] = []
    for piece in pieces:
        if piece.kind == "quote":
            yield piece.mistake("unbalanced-quote", "this quotation mark is never closed", f'{text}"')
            return
        if piece.kind == "open":
            opened.append(piece)
        elif piece.kind == "close" and opened:
            opened.pop()
        elif piece.kind == "close":
            fixed = piece.replaced_in(text, "")
            yield piece.mistake("unbalanced-bracket", "this bracket was never opened", fixed)
            return
    if opened:
        yield opened[-1].mistake("unbalanced-bracket", "this bracket is never closed", text + ")" * len(opened))


def _glued_quotes(text: str, pieces: list[Piece]) -> Remarks:
    for before, piece in pairwise([Piece("open", "", 0), *pieces]):
        if piece.kind == "phrase" and before.end == piece.start and before.kind in ("word", "phrase"):
            at = piece.start
        elif piece.kind == "word" and '"' in re.sub(r"\\.", "  ", piece.text):
            at = piece.start + piece.text.index('"')
        else:
            continue
        message = "a quotation mark inside a word; put a blank before it, or quote the whole"
        fixed = replaced(text, at, at, " ")
        yield Diagnostic("glued-quote", "error", message, at, 1, fixed if fixed.count('"') % 2 == 0 else None)
        return


def _addresses(text: str, pieces: list[Piece]) -> Remarks:
    hidden = list(text)
    for piece in pieces:
        if piece.kind == "phrase":
            hidden[piece.start : piece.end] = " " * len(piece.text)
    for match in _ADDRESS.finditer("".join(hidden)):
        fixed = replaced(text, match.start(), match.end(), f'url:"{match["address"]}"')
        message = "an address needs quotes and the field url:, or site: for a whole site"
        yield Diagnostic("bare-url", "error", message, match.start(), len(match.group()), fixed)
        return


def _compared_fields(text: str, pieces: list[Piece]) -> Remarks:
    for piece in pieces:
        match = _COMPARED.match(piece.text) if piece.kind == "word" else None
        if match and is_field(match["field"]):
            name = FIELD_SYNONYMS.get(match["field"], match["field"])
            fixed = replaced(text, piece.start, piece.start + match.end(), f"{name}:{match['compare'] or ''}")
            message = f"without a colon {match['field']} is searched for as a word"
            yield piece.mistake("field-colon", message, fixed)


def _fields(text: str, pieces: list[Piece]) -> Remarks:
    for name, colon in pairwise(pieces):
        if colon.kind != "colon" or name.kind != "word" or is_field(name.text):
            continue
        whole = re.match(r"[^\s()\"]*", text[name.start :])
        end = name.start + (whole.end() if whole else 0)
        if name.text.isdigit():
            fixed = replaced(text, name.start, end, f'"{text[name.start : end]}"')
            yield name.mistake("unknown-field", f'a colon names a field; quote "{text[name.start : end]}"', fixed)
        elif is_field(name.text.lower()):
            fixed = name.replaced_in(text, name.text.lower())
            yield name.mistake("unknown-field", f"field names are lower-case: {name.text.lower()}:", fixed)
        elif not _follows_language(pieces, name) and name.text.lower() not in ("http", "https"):
            yield name.mistake("unknown-field", _unknown(name.text), _nearest(text, name, end))
            return


def _unknown(name: str) -> str:
    return f'unknown field "{name}"{suggestion(name, FIELDS) or " (" + ", ".join(FIELDS) + ")"}'


def _nearest(text: str, name: Piece, end: int) -> str | None:
    if match := nearest(name.text, FIELDS):
        return name.replaced_in(text, match)
    if text[end : end + 1] in ('"', "("):
        return None
    return replaced(text, name.start, end, f'"{text[name.start : end]}"')


def _follows_language(pieces: list[Piece], name: Piece) -> bool:
    index = pieces.index(name)
    return index > 1 and pieces[index - 1].kind == "colon" and pieces[index - 2].text == "lang"


def _mixed_letters(text: str, pieces: list[Piece]) -> Remarks:
    for piece in pieces:
        if piece.kind not in ("word", "phrase"):
            continue
        for word in re.finditer(r"\w+", piece.text):
            fixed = respelled(word.group())
            if fixed:
                start = piece.start + word.start()
                message = f'"{word.group()}" mixes Latin and Cyrillic letters that look alike; it finds almost nothing'
                corrected = replaced(text, start, start + len(word.group()), fixed)
                yield Diagnostic("mixed-letters", "warning", message, start, len(word.group()), corrected)


def _only_negative(text: str, pieces: list[Piece]) -> Remarks:
    first = pieces[0]
    if (first.text == "NOT" or (first.kind == "sign" and first.text == "-")) and len(pieces) == 2:
        message = "this asks for everything except one word; start with a word that must occur"
        yield Diagnostic("only-not", "warning", message, 0, len(text))


_ERRORS: tuple[Callable[[str, list[Piece]], Remarks], ...] = (
    _empty,
    _unbalanced,
    _glued_quotes,
    _single_quotes,
    _addresses,
    programming_signs,
    proximity_operators,
    joined_operators,
    lower_case_operators,
    _compared_fields,
    _fields,
)
_WARNINGS: tuple[Callable[[str, list[Piece]], Remarks], ...] = (
    mixed_operators,
    foreign_operators,
    title_case_operators,
    _mixed_letters,
    _only_negative,
)
