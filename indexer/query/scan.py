"""Cuts a query into pieces and limits its size and depth, before anything looks at what it means.

Whatever fits nothing becomes a piece of its own, of the kind `other`.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from indexer.query.diagnostics import Diagnostic, replaced, too_broad
from indexer.query.tree import MAX_DEPTH, MAX_LEAVES

MAX_BYTES = 100_000
OPERATORS = ("AND", "OR", "NOT", "TO")

Kind = Literal[
    "phrase",
    "quote",
    "open",
    "close",
    "range",
    "sign",
    "colon",
    "near",
    "weight",
    "compare",
    "regex",
    "word",
    "dash",
    "other",
]

_PIECE = re.compile(
    r"""(?P<dash>[‐‑‒–—―−﹣－])(?=\S)
    |(?P<word>(?:[^\s:^~(){}\[\]/"'+\-\\<>]|\\.)(?:[^\s:^\\~(){}\[\]]|\\.|(?<=T[0-9]{2}):[0-9]{2}(?::[0-9]{2})?(?:[+-][0-9]{2}:[0-9]{2})?)*)
    |(?P<phrase>"(?:[^\\"]|\\.)*")|(?P<quote>")|(?P<open>\()|(?P<close>\))|(?P<range>[\[\]{}])|(?P<sign>[+-])|(?P<colon>:)
    |(?P<near>~[0-9.]*)|(?P<weight>\^[0-9.]*)|(?P<compare>[<>]=?)|(?P<regex>/(?!\s)(?:[^\\/]|\\.)*/)|(?P<other>\S)""",
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

    def mistake(self, code: str, message: str, suggestion: str | None = None) -> Diagnostic:
        """Return an error about the piece."""
        return Diagnostic(code, "error", message, self.start, len(self.text), suggestion)

    def replaced_in(self, text: str, by: str) -> str:
        """Return the query with another text in place of the piece."""
        return replaced(text, self.start, self.end, by)


def scan(text: str) -> list[Piece]:
    """Return the pieces of a query.

    Raises:
        QueryTooBroad: longer than 100 KB, nested deeper than 20 or more than 4,000 clauses.
    """
    if len(text) > MAX_BYTES or len(text.encode(errors="replace")) > MAX_BYTES:
        raise too_broad(f"the query is longer than {MAX_BYTES // 1000} KB; split it into several themes")
    pieces: list[Piece] = []
    level = clauses = 0
    for match in _PIECE.finditer(text):
        piece = Piece(match.lastgroup or "other", match.group(), match.start())  # type: ignore[arg-type]  # a group name
        level = max(0, level + (piece.kind == "open") - (piece.kind == "close"))
        clauses += piece.kind in ("word", "phrase", "regex", "other") and not piece.is_operator
        if level > MAX_DEPTH:
            raise too_broad(f"the query is nested deeper than {MAX_DEPTH} levels; use fewer brackets", piece.start)
        if clauses > MAX_LEAVES:
            raise too_broad(
                f"the query has more than {MAX_LEAVES:,} clauses; split it into several themes", piece.start
            )
        pieces.append(piece)
    return pieces
