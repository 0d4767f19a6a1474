"""Cuts a query tree to the words that some article contains: it matches the same articles and costs far less to run.

Of the 13,004 forms in the default themes, a corpus of 100,000 articles contained 1,641.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import prod

from indexer.article import TextField
from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Node, Not, Or, Phrase

Vocabulary = Callable[[TextField, frozenset[str]], frozenset[str]]  # which of these tokens the field holds anywhere
Narrowing = Callable[[Near], Node]  # something that matches the same of the articles for less

_WORDINGS = 32


def within(node: Node, vocabulary: Vocabulary, narrowed: Narrowing = lambda near: near) -> Node:
    """Return a tree that matches the same of the articles with this vocabulary; NOTHING where it can match none.

    Args:
        narrowed: called with every Near that is left.
    """
    match node:
        case Forms():
            forms = _present(node, vocabulary)
            return forms if forms.forms else NOTHING
        case Phrase(places=places) | Near(places=places):
            kept = tuple(_present(place, vocabulary) if isinstance(place, Forms) else place for place in places)
            empty = any(isinstance(place, Forms) and not place.forms for place in kept)
            if empty:
                return NOTHING
            return narrowed(replace(node, places=kept)) if isinstance(node, Near) else replace(node, places=kept)
        case And(children):
            parts = tuple(within(child, vocabulary, narrowed) for child in children)
            return NOTHING if NOTHING in parts else And(parts)
        case Or(children):
            return Or(tuple(part for child in children if (part := within(child, vocabulary, narrowed)) != NOTHING))
        case Not(child):
            part = within(child, vocabulary, narrowed)
            return Everything() if part == NOTHING else Not(part)
        case _:
            return node


def wordings(near: Near) -> list[Near]:
    """Return one Near for each choice of forms, which together match the same; itself where there are more than 32."""
    forms = [place.forms for place in near.places if isinstance(place, Forms)]
    if len(forms) < len(near.places) or prod(map(len, forms)) > _WORDINGS:
        return [near]
    chosen = product(*([Forms(near.field, frozenset({form})) for form in sorted(one)] for one in forms))
    return [replace(near, places=places) for places in chosen]


def _present(leaf: Forms, vocabulary: Vocabulary) -> Forms:
    return Forms(leaf.field, vocabulary(leaf.field, leaf.forms))
