"""Cuts a query into pieces without understanding it, so that size and depth are known before it is parsed.

Never fails: whatever fits nothing is a piece of its own.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from indexer.query.diagnostics import too_broad
from indexer.query.tree import MAX_DEPTH, MAX_LEAVES

MAX_BYTES = 100_000
OPERATORS = ("AND", "OR", "NOT", "TO")
# Marks the language of lang:de(…) for the parser, which would take the bracket for a neighbour; nobody types it.
LANGUAGE_MARK = "\ue000"

Kind = Literal[
    "phrase", "quote", "open", "close", "range", "sign", "colon", "near", "weight", "compare", "regex", "word"
]

# The same pieces as the parser's own: what it would take long over must be counted here.
_PIECE = re.compile(
    r"""(?P<word>(?:[^\s:^~(){}\[\]/"'+\-\\<>]|\\.)(?:[^\s:^\\~(){}\[\]]|\\.|(?<=T\d\d):\d\d(?::\d\d)?)*)
    |(?P<phrase>"(?:[^\\"]|\\.)*")|(?P<quote>")|(?P<open>\()|(?P<close>\))|(?P<range>[\[\]{}])|(?P<sign>[+-])|(?P<colon>:)
    |(?P<near>~[\d.]*)|(?P<weight>\^[\d.]*)|(?P<compare>[<>]=?)|(?P<regex>/(?:[^\\/]|\\.)*/)|(?P<other>\S)""",
    re.DOTALL | re.VERBOSE,
)


class Piece(NamedTuple):
    """A part of the query's text."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the next character stands."""
        return self.start + len(self.text)

    @property
    def is_operator(self) -> bool:
        """Whether it joins or negates what stands beside it."""
        return self.kind == "word" and self.text in OPERATORS


def scan(text: str) -> list[Piece]:
    """Return the pieces of a query.

    Raises:
        QueryTooBroad: longer than 100 KB, nested deeper than 20 or more than 4,000 clauses.
    """
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise too_broad(f"the query is longer than {MAX_BYTES // 1000} KB; split it into several themes")
    pieces: list[Piece] = []
    level = unary = clauses = 0
    for found in _PIECE.finditer(text):
        piece = Piece(found.lastgroup or "other", found.group(), found.start())  # type: ignore[arg-type]  # a group name
        level += (piece.kind == "open") - (piece.kind == "close")
        unary = (
            unary + 1
            if piece.kind in ("sign", "colon") or piece.text == "NOT"
            else 0
            if piece.kind != "word"
            else unary
        )
        clauses += piece.kind in ("word", "phrase", "regex", "other") and not piece.is_operator
        if level > MAX_DEPTH or unary > MAX_DEPTH:
            raise too_broad(f"the query is nested deeper than {MAX_DEPTH} levels; use fewer brackets", piece.start)
        if clauses > MAX_LEAVES:
            raise too_broad(
                f"the query has more than {MAX_LEAVES:,} clauses; split it into several themes", piece.start
            )
        if piece.kind == "word" and not piece.is_operator:
            unary = 0
        pieces.append(piece)
    return pieces


def marked(text: str, pieces: list[Piece]) -> str:
    """Return the text as the parser is to see it: of the same length, lang:de( as one field with brackets."""
    characters = list(text.replace(LANGUAGE_MARK, " "))
    for name, colon, language, bracket in zip(pieces, pieces[1:], pieces[2:], pieces[3:], strict=False):
        together = name.end == colon.start and colon.end == language.start and language.end == bracket.start
        if name.text == "lang" and colon.kind == "colon" and bracket.kind == "open" and together:
            characters[name.start : bracket.start] = f"lan{LANGUAGE_MARK}{language.text}:"
    return "".join(characters)
