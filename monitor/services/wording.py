"""How a query is read, in words: `truce -Gaza` as "truce and not Gaza"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from babel import Locale

from indexer.query import syntax
from indexer.query.context import Reading
from indexer.query.reading import read
from indexer.query.synonyms import resolve_synonym
from indexer.query.texts import unescaped
from indexer.words import tokens
from monitor.app import App
from monitor.documents.queries import WordingDocument, WordingPieceDocument

MOST = 60  # pieces

Name = Callable[[str, str], str]  # of a value of a field

_ENGLISH = Locale("en")
_FIELDS = {
    "title": "headline with",
    "copy_of": "copies of",
    "carries": "texts that carry",
    "id": "article",
    "url": "address",
    "exact": "exactly",
}
_KINDS = {
    "story": "no copies",
    "copy": "copies",
    "carrier": "texts that carry others",
    "dated": "with a known date",
    "undated": "without a known date",
}
_SIGNS = {"<": "before", "<=": "up to", ">": "after", ">=": "since"}


def wording(app: App, query: str) -> WordingDocument:
    """Return how a query is read.

    Raises:
        QueryError: the query is invalid.
    """
    parsed = app.query(query)
    reading = Reading(query)
    pieces = _merged(_Speaker(reading, _names(app)).part(read(query, reading)))
    shown = pieces[:MOST]
    return WordingDocument(
        text="".join(piece.text for piece in pieces),
        pieces=tuple(shown),
        left_out=sum(not piece.is_operator for piece in pieces[MOST:]),
        has_forms=any(word.forms for word in parsed.own_words),
    )


def _names(app: App) -> Name:
    names: Mapping[str, Mapping[str, str]] = {
        "theme": {theme.id: theme.title for theme in app.themes},
        "source": {source.id: source.name for source in app.sources},
        "country": {code.casefold(): name for code, name in _ENGLISH.territories.items()},
        "language": dict(_ENGLISH.languages),
    }
    return lambda field, value: names.get(field, {}).get(value.casefold(), value)


def _merged(pieces: Iterator[WordingPieceDocument]) -> list[WordingPieceDocument]:
    """Return the pieces, with neighbours of one kind joined: `and`, `not` become `and not`."""
    return [
        WordingPieceDocument(text="".join(piece.text for piece in group), is_operator=is_operator)
        for is_operator, group in groupby(pieces, key=lambda piece: piece.is_operator)
    ]


def _text(text: str) -> WordingPieceDocument:
    return WordingPieceDocument(text=text, is_operator=False)


def _operator(text: str) -> WordingPieceDocument:
    return WordingPieceDocument(text=text, is_operator=True)


class _Speaker:
    """Says the parts of a syntax tree."""

    def __init__(self, reading: Reading, name: Name) -> None:
        self._reading = reading
        self._name = name

    def part(self, part: syntax.Part, field: str = "", *, is_inside: bool = False) -> Iterator[WordingPieceDocument]:
        """Yield the pieces of a part.

        Args:
            field: in which it stands.
            is_inside: whether it is one of several, so that several of its own stand in brackets.
        """
        match part:
            case syntax.Alternatives():
                yield from self._alternatives(part, field, is_inside)
            case syntax.Negation(operand):
                yield _operator("not ")
                yield from self.part(operand, field, is_inside=True)
            case syntax.Weighted(weighted):
                yield from self.part(weighted, field, is_inside=is_inside)
            case syntax.Field():
                yield from self._field(resolve_synonym(part, self._reading), is_inside)
            case _:
                yield from self._leaf(part, field)

    def _alternatives(self, part: syntax.Alternatives, field: str, is_inside: bool) -> Iterator[WordingPieceDocument]:
        several = len(part.runs) > 1
        in_brackets = is_inside and (several or len(part.runs[0]) > 1)
        if in_brackets:
            yield _text("(")
        for number, run in enumerate(part.runs):
            if number:
                yield _operator(" or ")
            together = several and len(run) > 1
            if together:
                yield _text("(")
            for place, operand in enumerate(run):
                if place:
                    yield _operator(" and ")
                yield from self.part(operand, field, is_inside=several or len(run) > 1)
            if together:
                yield _text(")")
        if in_brackets:
            yield _text(")")

    def _field(self, part: syntax.Field, is_inside: bool) -> Iterator[WordingPieceDocument]:
        if part.language is not None:
            yield _text(f"{_ENGLISH.languages.get(part.language, part.language)} words ")
        elif part.name != "is":
            yield _text(f"{_FIELDS.get(part.name, part.name)} ")
        yield from self.part(part.part, part.name if part.language is None else "", is_inside=True)

    def _leaf(self, leaf: syntax.Leaf, field: str) -> Iterator[WordingPieceDocument]:
        match leaf:
            case syntax.Word(text) | syntax.Phrase(text):
                yield from self._value(text, field, is_phrase=isinstance(leaf, syntax.Phrase))
            case syntax.Nearness(phrase, gap):
                yield _text(
                    f"“{_plain(phrase.text)}” with at most {gap} other {'word' if gap == 1 else 'words'} between"
                )
            case syntax.Similar(word):
                yield _text(f"{_plain(word.text)}, or a word spelt nearly so")
            case syntax.Range(low, high, includes_low, includes_high):
                start = "" if low.text == "*" else f"{'since' if includes_low else 'after'} {low.text}"
                end = "" if high.text == "*" else f"{'up to' if includes_high else 'before'} {high.text}"
                yield _text(" ".join(filter(None, (start, end))) or "at any time")
            case syntax.Comparison(sign, value):
                yield _text(f"{_SIGNS[sign]} {value.text}")

    def _value(self, text: str, field: str, *, is_phrase: bool) -> Iterator[WordingPieceDocument]:
        plain = _plain(text)
        if field == "is":
            yield _text(_KINDS.get(plain, plain))
        elif field in ("", "title", "author", "exact"):
            yield from self._words(plain, is_phrase)
        elif plain == "*":
            yield _text("of any kind")
        else:
            yield _text(self._name(field, plain))

    def _words(self, plain: str, is_phrase: bool) -> Iterator[WordingPieceDocument]:
        if plain == "*":
            yield _text("every article")
        elif is_phrase or (len(tokens(plain)) > 1 and "|" not in plain and "*" not in plain and "?" not in plain):
            yield _text(f"“{plain.replace('|', ' or ')}”")
        else:
            for number, word in enumerate(plain.split("|")):
                if number:
                    yield _operator(" or ")
                yield _text(word)


def _plain(text: str) -> str:
    return unescaped(text).strip()
