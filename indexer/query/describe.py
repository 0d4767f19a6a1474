"""Writes a clause of a query tree as a person would type it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from indexer.article import TextField
from indexer.query.context import ExplainedWord
from indexer.query.tree import (
    And,
    Between,
    Everything,
    Forms,
    Fuzzy,
    Has,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Place,
    Prefix,
    UrlPrefix,
    Value,
    Wildcard,
)

Names = Mapping[frozenset[str], str]  # set of forms → the word it stands for

_SHOWN = 4  # values or forms of a set without a name
_FIELDS = {"themes": "theme"}  # as it is typed, where that is another name
_PREFIXES: Mapping[TextField, str] = {"words": "", "title_words": "title:", "author_words": "author:"}


def names_of(words: Iterable[ExplainedWord]) -> Names:
    """Return how the sets of forms of a query are called."""
    return {word.all_forms: word.word for word in words}


def describe(node: Node, names: Names) -> str:
    """Return a leaf as it would be typed, or the operator of what joins others."""
    match node:
        case And():
            return "AND"
        case Or(children):
            return "OR" if children else "nothing"
        case Not():
            return "NOT"
    return _leaf(node, names)


def _leaf(leaf: Leaf, names: Names) -> str:
    match leaf:
        case Everything():
            return "*"
        case Forms() | Prefix() | Wildcard():
            return _PREFIXES[leaf.field] + _place(leaf, names)
        case Fuzzy(field, word, distance):
            return f"{_PREFIXES[field]}{word}~{distance}"
        case Phrase(field, places):
            return _PREFIXES[field] + _quoted(places, names)
        case Near(field, places, gap):
            return f"{_PREFIXES[field]}{_quoted(places, names)}~{gap}"
        case Value(field, values):
            return f"{_FIELDS.get(field, field)}:{_some(values)}" if values else "nothing"
        case UrlPrefix(prefix):
            return f'url:"{prefix}*"'
        case Between(field, start, end):
            return f"{field}:[{_moment(start)} TO {_moment(end)}}}"
        case Has("published"):
            return "is:dated"
        case Has("copy_of"):
            return "is:copy"
        case Has("carries"):
            return "is:carrier"
        case Has(field):
            return f"{field}:*"


def _quoted(places: Sequence[Place], names: Names) -> str:
    return '"' + " ".join(_place(place, names) for place in places) + '"'


def _place(place: Place, names: Names) -> str:
    match place:
        case Forms(_, forms):
            return names.get(forms) or _alternatives(forms, names) or _some(forms)
        case Prefix(_, prefix):
            return f"{prefix}*"
        case Wildcard(_, pattern):
            return pattern


def _alternatives(forms: frozenset[str], names: Names) -> str | None:
    """Return the words whose forms share a place, as they are typed; None where they are not known."""
    words = {name: known for known, name in names.items() if known < forms}
    return "|".join(words) if forms == frozenset().union(*words.values()) else None


def _some(values: frozenset[str]) -> str:
    shown = " | ".join(sorted(values)[:_SHOWN])
    return f"{shown} | … ({len(values)})" if len(values) > _SHOWN else shown


def _moment(moment: datetime | None) -> str:
    return "*" if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"
