"""Parses the pieces of a query into its syntax tree, by recursive descent.

    query    = run { OR run }
    run      = operand { [AND] operand }
    operand  = { NOT | + | - | name: | lang:code } core { ^weight }
    core     = ( query ) | word [~edits] | "phrase" [~gap] | [low TO high] | >value | /expression/ | TO

The scanner limits brackets to 20 levels and the parser limits prefixes, so nothing recurses deeply.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from indexer.query.diagnostics import RejectedQuery, reject, too_broad
from indexer.query.scan import Piece
from indexer.query.syntax import (
    Alternatives,
    Comparison,
    Expression,
    Field,
    Leaf,
    Nearness,
    Negation,
    Part,
    Phrase,
    Range,
    Similar,
    Weighted,
    Word,
)
from indexer.query.tree import MAX_DEPTH

_MOST_PREFIXES = 2 * MAX_DEPTH  # NOT, signs and fields on the way to a word
_MOST_DIGITS = 6  # of a gap; more is too far in any case
_ENDS_EARLY = "the query ends too early; a word is missing after AND, OR, NOT or a colon"


def parse(text: str, pieces: Sequence[Piece]) -> Part:
    """Return the syntax tree of the text that was cut into these pieces.

    Raises:
        QueryError: the first place that fits nothing.
        QueryTooBroad: a word stands under more than 40 operators and fields.
    """
    parser = _Parser(text, pieces)
    query = parser.query()
    if parser.piece is not None:
        raise parser.unexpected()
    return query


class _Parser:
    def __init__(self, text: str, pieces: Sequence[Piece]) -> None:
        self._text = text
        self._pieces = pieces
        self._index = 0
        self._prefixes = 0  # that the next piece stands under

    @property
    def piece(self) -> Piece | None:
        """The next piece, None at the end."""
        return self._ahead(0)

    def query(self) -> Part:
        """Parse runs joined by OR."""
        runs = [self._run()]
        while self._skip_operator("OR"):
            runs.append(self._run())
        if len(runs) == len(runs[0]) == 1:
            return runs[0][0]
        return Alternatives(tuple(runs), runs[0][0].start, runs[-1][-1].end)

    def unexpected(self) -> RejectedQuery:
        """Return the error for the next piece, which cannot stand where it does."""
        piece = self.piece
        if piece is None:
            return reject("syntax", _ENDS_EARLY, len(self._text.rstrip()))
        if piece.kind == "word" and piece.text in ("AND", "OR"):
            return reject("syntax", f"a word is missing before {piece.text}", piece.start, len(piece.text))
        message = f'"{piece.text[0]}" cannot stand here; put what is meant literally in "quotes"'
        return reject("syntax", message, piece.start, 1)

    def _run(self) -> tuple[Part, ...]:
        operands = [self._operand()]
        while self._skip_operator("AND") or self._starts_operand():
            operands.append(self._operand())
        return tuple(operands)

    def _starts_operand(self) -> bool:
        piece = self.piece
        return piece is not None and piece.kind != "close" and piece.text not in ("OR", "]", "}")

    def _operand(self) -> Part:
        prefixes: list[tuple[int, str, str | None]] = []  # start, sign or name of a field, language
        while (prefix := self._prefix()) is not None:
            prefixes.append(prefix)
            if self._prefixes + len(prefixes) > _MOST_PREFIXES:
                raise too_broad(f"{_MOST_PREFIXES} times NOT, - or a field over one word is too much", prefix[0])
        self._prefixes += len(prefixes)
        start = self.piece.start if self.piece else 0
        part = self._core()
        while (weight := self._skip("weight")) is not None:
            if _number(weight.text[1:]) == -1:
                raise reject("weight-number", "after ^ stands a number, as in peace^2", weight.start, len(weight.text))
            part = Weighted(part, start, weight.end)
        self._prefixes -= len(prefixes)
        for start, name, language in reversed(prefixes):
            if name in ("-", "NOT"):
                part = Negation(part, start, part.end)
            elif name != "+":
                part = Field(name, language, part, start, part.end)
        return part

    def _prefix(self) -> tuple[int, str, str | None] | None:
        piece, colon = self.piece, self._ahead(1)
        if piece is None:
            return None
        if piece.kind == "sign" or (piece.is_operator and piece.text == "NOT"):
            self._index += 1
            return piece.start, piece.text, None
        if piece.kind != "word" or piece.is_operator or colon is None or colon.kind != "colon":
            return None
        self._index += 2
        if piece.text == "lang" and (language := self._language(piece, colon)):
            self._index += 1
            return piece.start, piece.text, language.text
        return piece.start, piece.text, None

    def _language(self, name: Piece, colon: Piece) -> Piece | None:
        """Return the code in lang:de(…), where nothing but the bracket may follow it."""
        code, bracket = self.piece, self._ahead(1)
        if code is None or bracket is None or (code.kind, bracket.kind) != ("word", "open"):
            return None
        is_glued = name.end == colon.start and colon.end == code.start and code.end == bracket.start
        return code if is_glued else None

    def _core(self) -> Part:
        match self.piece:
            case Piece("open"):
                return self._group()
            case Piece("word" | "phrase"):
                return self._term()
            case Piece("range", "[" | "{"):
                return self._range()
            case Piece("compare", sign, start):
                self._index += 1
                value = self._value()
                return Comparison(sign, value, start, value.end)
            case Piece("regex") as piece:
                self._index += 1
                return Expression(piece.start, piece.end)
        raise self.unexpected()

    def _group(self) -> Part:
        self._index += 1
        inside = self.query()
        if self._skip("close") is None:
            raise self.unexpected()
        return inside

    def _term(self) -> Leaf:
        value = self._value(reserved=("AND", "OR", "NOT"))
        near = self._skip("near")
        if near is None:
            return value
        number = near.text[1:]
        if isinstance(value, Word):
            return Similar(value, _number(number), value.start, near.end)
        if not number.isdecimal():
            raise reject("near-number", 'after a phrase ~ takes a whole number: "a b"~5', near.start, len(near.text))
        if len(number) > _MOST_DIGITS:
            raise too_broad(f"~{number[:_MOST_DIGITS]}… is too far", near.start)
        return Nearness(value, int(number), value.start, near.end)

    def _range(self) -> Range:
        opening = self._next()
        low = self._value()
        if not self._skip_operator("TO"):
            raise self.unexpected()
        high = self._value()
        if (closing := self.piece) is None or closing.text not in ("]", "}"):
            raise self.unexpected()
        self._index += 1
        return Range(low, high, opening.text == "[", closing.text == "]", opening.start, closing.end)

    def _value(self, reserved: Sequence[str] = ("AND", "OR", "NOT", "TO")) -> Word | Phrase:
        piece = self.piece
        if piece is None or piece.kind not in ("word", "phrase") or piece.text in reserved:
            raise self.unexpected()
        self._index += 1
        if piece.kind == "phrase":
            return Phrase(piece.text[1:-1], piece.start, piece.end)
        return Word(piece.text, piece.start, piece.end)

    def _ahead(self, number: int) -> Piece | None:
        index = self._index + number
        return self._pieces[index] if index < len(self._pieces) else None

    def _next(self) -> Piece:
        self._index += 1
        return self._pieces[self._index - 1]

    def _skip(self, kind: str) -> Piece | None:
        piece = self.piece
        return self._next() if piece is not None and piece.kind == kind else None

    def _skip_operator(self, operator: str) -> bool:
        piece = self.piece
        if piece is None or piece.kind != "word" or piece.text != operator:
            return False
        self._index += 1
        return True


def _number(number: str) -> float | None:
    if not number:
        return None
    with suppress(ValueError):
        return float(number)
    return -1
