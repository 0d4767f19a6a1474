"""Highlighting where a text matches a query: the same for every engine, because all of them use the same tokenizer.

Only what makes an article match is marked: the words of a phrase where the whole phrase occurs, and nothing under NOT.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.article import Article, TextField
from indexer.query.tree import And, Fuzzy, Near, Node, Or, Phrase, Place
from indexer.search.positions import leaf_positions
from indexer.words import spans

_MOST_MARKS = 200  # per leaf and text; enough for any window
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a text. It is untrusted: whoever displays it must escape it."""

    text: str
    is_hit: bool


class _Mark(NamedTuple):
    start: int
    end: int
    leaf: int


def snippet(article: Article, node: Node, width: int) -> list[Segment]:
    """Return the part of the text, about `width` characters long, that shows the most matches.

    A text without matches (they may be in the title) is shown from its beginning.
    """
    text = article.text
    marks = _marks(text, node, "words")
    start, end = _window(text, marks, width)
    inside = [mark for mark in marks if start <= mark.start and mark.end <= end]
    segments = list(_cut(text, inside, start, end))
    if start > 0:
        segments.insert(0, Segment(ELLIPSIS, False))
    if end < len(text.rstrip()):
        segments.append(Segment(ELLIPSIS, False))
    return segments


def marked_title(title: str, node: Node) -> list[Segment]:
    """Return a whole title with its matches marked."""
    marks = sorted(_marks(title, node, "words") + _marks(title, node, "title_words"))
    return list(_cut(title, marks, 0, len(title)))


def marked_text(text: str, node: Node) -> list[Segment]:
    """Return a whole text with its matches marked."""
    return list(_cut(text, _marks(text, node, "words"), 0, len(text)))


def matched_words(text: str, node: Node) -> list[str]:
    """Return the words that make a text match, as spelled in it, each once, in order."""
    return list(dict.fromkeys(text[mark.start : mark.end] for mark in _marks(text, node, "words")))


def _marks(text: str, node: Node, field: TextField) -> list[_Mark]:
    leaves = [leaf for leaf in _positive(node) if leaf.field == field]
    if not leaves or not text:
        return []
    word_spans = list(spans(text))
    words = [word for word, _, _ in word_spans]
    vocabulary = frozenset(words)
    marks: list[_Mark] = []
    for number, leaf in enumerate(leaves):
        positions = sorted(leaf_positions(leaf, words, vocabulary))[:_MOST_MARKS]
        marks += (_Mark(word_spans[position][1], word_spans[position][2], number) for position in positions)
    return sorted(marks)


def _positive(node: Node) -> Iterator[Place | Fuzzy | Phrase | Near]:
    if isinstance(node, And | Or):
        for child in node.children:
            yield from _positive(child)
    elif isinstance(node, Place | Fuzzy | Phrase | Near):
        yield node


def _window(text: str, marks: Sequence[_Mark], width: int) -> tuple[int, int]:
    """Return the best window: the one with marks of the most leaves, then with the most words, then the earliest."""
    best = max(_windows(marks, width), key=lambda window: (window.leaves, window.words, -window.start), default=None)
    if best is None or best.end <= width:
        return 0, _before_blank(text, 0, width)
    start = _after_blank(text, best.start - (width - (best.end - best.start)) // 2, best.start)
    return start, _before_blank(text, start, max(start + width, best.end))


class _Window(NamedTuple):
    leaves: int
    words: int
    start: int
    end: int


def _windows(marks: Sequence[_Mark], width: int) -> Iterator[_Window]:
    """Yield, for each mark, the window that starts there and contains all further marks that fit."""
    counts: Counter[int] = Counter()
    after = 0
    for begin, mark in enumerate(marks):
        while after < len(marks) and (after <= begin or marks[after].end <= mark.start + width):
            counts[marks[after].leaf] += 1
            after += 1
        yield _Window(sum(count > 0 for count in counts.values()), after - begin, mark.start, marks[after - 1].end)
        counts[mark.leaf] -= 1


def _after_blank(text: str, start: int, latest: int) -> int:
    if start <= 0:
        return 0
    blank = text.find(" ", start, min(start + 30, latest))
    return start if blank < 0 else blank + 1


def _before_blank(text: str, start: int, end: int) -> int:
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", max(start, end - 30), end + 1)
    return end if blank < 0 else blank


def _cut(text: str, marks: Sequence[_Mark], start: int, end: int) -> Iterator[Segment]:
    at = start
    for mark in marks:
        if mark.start < at:
            continue
        if mark.start > at:
            yield Segment(text[at : mark.start], False)
        yield Segment(text[mark.start : mark.end], True)
        at = mark.end
    if at < end:
        yield Segment(text[at:end], False)
