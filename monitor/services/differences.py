"""What changed from one text to another, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from monitor.documents.revisions import Change, PieceDocument

_MOST = 1_000_000  # words of one text times words of the other that are compared: 0.1 s for the least favourable texts
_WORD = re.compile(r"\n|[^\s]+[^\S\n]*|[^\S\n]+")

Piece = tuple[Change, str]


def differences(before: str, after: str) -> tuple[tuple[PieceDocument, ...], ...]:
    """Return the paragraphs of both texts, each in pieces that are the same, added or removed.

    Texts that are too long to be compared word by word are compared paragraph by paragraph, and longer ones as wholes.
    """
    return tuple(
        tuple(PieceDocument(change=change, text=text) for change, text in paragraph)
        for paragraph in _paragraphs(_by_paragraph(before.splitlines(), after.splitlines()))
    )


def _by_paragraph(before: Sequence[str], after: Sequence[str]) -> Iterator[Piece]:
    """Yield the pieces of both texts; each paragraph ends with a newline."""
    for change, old, new in _compared(before, after):
        if change == "equal":
            yield from (("same", f"{line}\n") for line in new)
        else:
            yield from _by_word("\n".join(old), "\n".join(new))


def _by_word(before: str, after: str) -> Iterator[Piece]:
    for change, old, new in _compared(_WORD.findall(before), _WORD.findall(after)):
        if change == "equal":
            yield "same", "".join(new)
        else:
            if old:
                yield "removed", "".join(old).replace("\n", " ")  # the paragraphs are those of the later text
            if new:
                yield "added", "".join(new)
    yield "same", "\n"


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, Sequence[str], Sequence[str]]]:
    start, end = _shared(before, after), 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    if start:
        yield "equal", before[:start], after[:start]
    if len(old) * len(new) > _MOST:
        yield "replace", old, new
    else:
        for change, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            yield change, old[i:j], new[k:m]
    if end:
        yield "equal", before[len(before) - end :], after[len(after) - end :]


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many words both begin with."""
    same = (number for number, (old, new) in enumerate(zip(before, after, strict=False)) if old != new)
    return next(same, min(len(before), len(after)))


def _paragraphs(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces of each paragraph, with those beside one another of the same kind joined."""
    paragraph: list[Piece] = []
    for change, text in pieces:
        first, *others = text.split("\n")
        _add(paragraph, change, first)
        for other in others:
            if paragraph:
                yield paragraph
            paragraph = []
            _add(paragraph, change, other)
    if paragraph:
        yield paragraph


def _add(paragraph: list[Piece], change: Change, text: str) -> None:
    if text and paragraph and paragraph[-1][0] == change:
        paragraph[-1] = (change, paragraph[-1][1] + text)
    elif text:
        paragraph.append((change, text))
