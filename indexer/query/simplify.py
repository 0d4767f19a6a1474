"""Rewrites a tree into a flat one that matches the same and costs less: many words in one set, no duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.article import TextField, ValueField
from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Node, Not, Or, Phrase, Value, all_of, any_of

MOST_FORMS = 8_000  # of one set; Elasticsearch refuses 65,536 terms, and its dis_max fails above 9,000


def simplify(node: Node) -> Node:
    """Return an equal tree: And and Or flat, words and values of an Or merged, constants removed."""
    match node:
        case And(children):
            return _all(simplify(child) for child in children)
        case Or(children):
            return _any(simplify(child) for child in children)
        case Not(child):
            return _negated(simplify(child))
        case Forms(forms=forms) if not forms:
            return NOTHING
        case Value(values=values) if not values:
            return NOTHING
        case Phrase(places=places) | Near(places=places):
            return NOTHING if any(isinstance(place, Forms) and not place.forms for place in places) else node
    return node


def _all(children: Iterable[Node]) -> Node:
    node = all_of(*children)
    if isinstance(node, And) and (NOTHING in node.children or _contradict(node.children)):
        return NOTHING
    return node


def _any(children: Iterable[Node]) -> Node:
    node = any_of(*children)
    if not isinstance(node, Or):
        return node
    if any(isinstance(part, Everything) for part in node.children) or _contradict(node.children):
        return Everything()
    return any_of(*_merged(node.children))


def _contradict(parts: Sequence[Node]) -> bool:
    """Return whether one of the parts is the negation of another."""
    return not {part.child for part in parts if isinstance(part, Not)}.isdisjoint(parts)


def _negated(child: Node) -> Node:
    match child:
        case Not(inner):
            return inner
        case Everything():
            return NOTHING
        case Or(()):
            return Everything()
    return Not(child)


def _merged(children: Iterable[Node]) -> list[Node]:
    """Return the children, the words of one field in one set first, then the values of each field, then the rest."""
    words: dict[TextField, list[frozenset[str]]] = {}
    values: dict[ValueField, list[frozenset[str]]] = {}
    others: list[Node] = []
    for child in children:
        match child:
            case Forms(text_field, forms):
                words.setdefault(text_field, []).append(forms)
            case Value(value_field, field_values):
                values.setdefault(value_field, []).append(field_values)
            case _:
                others.append(child)
    return [
        *(Forms(field, part) for field, sets in words.items() for part in _packed(sets)),
        *(Value(field, frozenset().union(*sets)) for field, sets in values.items()),
        *others,
    ]


def _packed(sets: Iterable[frozenset[str]]) -> Iterator[frozenset[str]]:
    """Yield the union in as few parts as engines allow."""
    part: set[str] = set()
    for words in sets:
        if part and len(part) + len(words - part) > MOST_FORMS:
            yield frozenset(part)
            part = set()
        part |= words
    yield frozenset(part)
