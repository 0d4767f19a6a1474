"""The syntax tree of a query: what was typed, before any name or word in it is resolved.

Every part knows where it starts in the text; `end` is the index behind its last character.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A word without quotes, backslashes and wildcards included."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """The text between two quotation marks."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Nearness:
    """`"a b"~5`."""

    phrase: Phrase
    gap: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Similar:
    """`word~1`; edits is None for a bare `~` and -1 for a number that cannot be read."""

    word: Word
    edits: float | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Range:
    """`[low TO high]`; curly brackets leave an edge out."""

    low: Word | Phrase
    high: Word | Phrase
    includes_low: bool
    includes_high: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """`>=value`; the sign is one of `<`, `<=`, `>`, `>=`."""

    sign: str
    value: Word | Phrase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Expression:
    """`/…/`, a regular expression."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Weighted:
    """`part^2`."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Field:
    """`name:part`; a language only for `lang:de(…)`."""

    name: str
    language: str | None
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Negation:
    """`NOT part` or `-part`."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Parts joined by AND (or by standing side by side), and these runs joined by OR."""

    runs: tuple[tuple[Part, ...], ...]
    start: int
    end: int


Leaf = Word | Phrase | Nearness | Similar | Range | Comparison | Expression
Part = Leaf | Weighted | Field | Negation | Alternatives
