"""Rewrites a tree into a flat one that matches the same and costs less: many words in one set, nothing said twice."""

from __future__ import annotations

from collections.abc import Iterable

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
    if isinstance(node, And) and any(part == NOTHING or Not(part) in node.children for part in node.children):
        return NOTHING
    return node


def _any(children: Iterable[Node]) -> Node:
    node = any_of(*children)
    if not isinstance(node, Or):
        return node
    if any(isinstance(part, Everything) or Not(part) in node.children for part in node.children):
        return Everything()
    return any_of(*_merged(node.children))


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
    """Return the children with the words of one field in one set, and so the values."""
    merged: list[Node] = []
    place: dict[tuple[type, str], int] = {}
    for child in children:
        key = (type(child), child.field) if isinstance(child, Forms | Value) else None
        before = merged[place[key]] if key in place else None
        if isinstance(child, Forms) and isinstance(before, Forms) and len(before.forms | child.forms) <= MOST_FORMS:
            merged[place[type(child), child.field]] = Forms(child.field, before.forms | child.forms)
        elif isinstance(child, Value) and isinstance(before, Value):
            merged[place[type(child), child.field]] = Value(child.field, before.values | child.values)
        else:
            if key is not None:
                place[key] = len(merged)
            merged.append(child)
    return merged
