"""AND and OR beside each other without brackets: a query that two people read in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from indexer.query.diagnostics import Diagnostic
from indexer.query.scan import Piece


@dataclass(slots=True)
class _Level:
    """One pair of brackets: the runs of operands between two ORs, each as [start of first, end of last, operands]."""

    runs: list[list[int]] = field(default_factory=lambda: [[-1, -1, 0]])
    joined: bool = True  # whether the next operand continues the one before it (field:, NOT, ~2)

    def take(self, start: int, end: int) -> None:
        """Add a piece to the run: as a new operand, or to the last one."""
        run = self.runs[-1]
        run[0] = start if run[2] == 0 and run[0] < 0 else run[0]
        run[1] = end


def mixed_operators(text: str, pieces: list[Piece]) -> Iterator[Diagnostic]:
    """Yield a warning where AND (or neighbours) and OR stand on one level, with the brackets they are read with."""
    levels = [_Level()]
    spans: list[tuple[int, int]] = []
    inserted_open = False
    for piece in pieces:
        level = levels[-1]
        if piece.kind == "range":
            inserted_open = piece.text in "[{"
        elif piece.kind == "open" and not inserted_open:
            _operand(level, piece, glued=False)
            levels.append(_Level())
        elif piece.kind == "close" and len(levels) > 1:
            spans += _mixed(levels.pop())
            levels[-1].runs[-1][1] = piece.end
        if inserted_open or piece.kind in ("open", "close"):
            continue
        _add(levels[-1], piece)
    spans += [span for level in levels for span in _mixed(level)]
    if spans:
        message = "AND and OR without brackets: AND binds tighter, and neighbouring words mean AND"
        start = min(start for start, _ in spans)
        yield Diagnostic("mixed-operators", "warning", message, start, 0, _bracketed(text, spans))


def _add(level: _Level, piece: Piece) -> None:
    if piece.text == "OR":
        level.runs.append([-1, -1, 0])
        level.joined = True
    elif piece.text in ("AND", "TO") and piece.kind == "word":
        level.joined = True
    elif piece.kind in ("near", "weight", "range"):
        level.runs[-1][1] = piece.end
    else:
        _operand(level, piece, glued=piece.kind in ("sign", "colon", "compare") or piece.text == "NOT")


def _operand(level: _Level, piece: Piece, *, glued: bool) -> None:
    """Count an operand; what is glued belongs to the one that follows or went before."""
    run = level.runs[-1]
    if run[0] < 0:
        run[0] = piece.start
    run[1] = piece.end
    if piece.kind == "colon":
        run[2] -= 1  # the name before it was counted as a word
    elif not glued:
        run[2] += 1


def _mixed(level: _Level) -> list[tuple[int, int]]:
    if len(level.runs) < 2:
        return []
    return [(start, end) for start, end, operands in level.runs if operands > 1]


def _bracketed(text: str, spans: list[tuple[int, int]]) -> str:
    marks = sorted([(start, "(") for start, _ in spans] + [(end, ")") for _, end in spans], reverse=True)
    for at, bracket in marks:
        text = text[:at] + bracket + text[at:]
    return text
