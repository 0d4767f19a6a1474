"""The words of a text that decide whether it matches a query: those it asks for and those it excludes.

Unlike `indexer.search.highlight`, this also looks at texts that do not match: they may contain a part of what the query asks
for, or a word that it excludes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.query.tree import And, Forms, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Wildcard
from indexer.search.positions import leaf_positions
from indexer.words import SEPARATOR, spans

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Deciding:
    """What decides.

    Attributes:
        matches: whether the text matches; conditions on anything but title and text are taken to be met.
        wanted: the words that match; for a text that does not match, those of the parts that do.
        excluded: the words of exclusions that keep the text from matching.
    """

    matches: bool
    wanted: tuple[str, ...]
    excluded: tuple[str, ...]


def deciding_words(title: str | None, text: str, node: Node) -> Deciding:
    """Return whether a title and text match a query, and the words that decide it.

    Words are spelled as in the text; neighbours are one entry, and each entry occurs once, in order.
    """
    whole = f"{title or ''}\n{text}"
    start = len(whole) - len(text)
    headline = [*spans(title or ""), (SEPARATOR, start, start)]
    located = [*headline, *((word, first + start, last + start) for word, first, last in spans(text))]
    words = [word for word, _, _ in located]
    verdict = _judge(node, _Words(words, frozenset(words), len(headline)))

    def spelled(positions: Iterable[int]) -> tuple[str, ...]:
        pieces = _joined_pieces(whole, (located[position][1:] for position in sorted(positions)))
        return tuple(dict.fromkeys(" ".join(piece.split()) for piece in pieces))

    return Deciding(verdict.matches, spelled(verdict.wanted), spelled(verdict.excluded))


@dataclass(frozen=True, slots=True)
class _Words:
    words: Sequence[str]
    vocabulary: frozenset[str]
    title: int  # number of words that belong to the title


@dataclass(frozen=True, slots=True)
class _Verdict:
    matches: bool
    wanted: frozenset[int] = _NONE
    excluded: frozenset[int] = _NONE


def _judge(node: Node, text: _Words) -> _Verdict:
    match node:
        case And(children):
            verdicts = [_judge(child, text) for child in children]
            return _joined(all(one.matches for one in verdicts), verdicts)
        case Or(children):
            verdicts = [_judge(child, text) for child in children]
            matching = [one for one in verdicts if one.matches]
            return _joined(bool(matching), matching or verdicts)
        case Not(child):
            inner = _judge(child, text)
            return _Verdict(not inner.matches, excluded=inner.wanted if inner.matches else _NONE)
        case Forms() | Prefix() | Wildcard() | Fuzzy() | Phrase() | Near() if node.field != "author_words":
            words = text.words[: text.title] if node.field == "title_words" else text.words
            positions = frozenset(leaf_positions(node, words, text.vocabulary))
            return _Verdict(bool(positions), positions)
    return _Verdict(True)


def _joined(matches: bool, verdicts: Sequence[_Verdict]) -> _Verdict:
    excluded = _NONE if matches else _NONE.union(*(one.excluded for one in verdicts))
    return _Verdict(matches, _NONE.union(*(one.wanted for one in verdicts)), excluded)


def _joined_pieces(text: str, spots: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield the text of each word, and of words with nothing but a blank or a hyphen between them as one."""
    start = end = -1
    for first, last in spots:
        if start < 0 or text[end:first].strip(" -\n"):
            if start >= 0:
                yield text[start:end]
            start = first
        end = last
    if start >= 0:
        yield text[start:end]
