"""The query tree that engines run, with words expanded and names resolved.

Small, flat and immutable. Every text leaf contains tokens from `indexer.words`. Nothing here depends on the syntax that people
type or on an engine. `check_size` rejects on all engines what would be too expensive on one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.errors import QueryTooBroad
from indexer.article import MomentField, TextField, ValueField
from indexer.query.wildcards import check_wildcard

MAX_DEPTH = 20
MAX_LEAVES = 4_000
MAX_FORMS = 60_000  # of one leaf; Elasticsearch refuses more than 65,536 terms
MAX_PLACE_FORMS = 1_000  # of one place of a phrase
MAX_URL = 400  # characters of the start of an address; tantivy refuses above 1,000 bytes
MAX_GAP = {2: 100, 3: 10}  # places → gap: tantivy asks for each order and arrangement by itself


@dataclass(frozen=True, slots=True)
class Everything:
    """Matches every article."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The field contains at least one of these tokens."""

    field: TextField
    forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Prefix:
    """The field contains a token that starts with `prefix`."""

    field: TextField
    prefix: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """The field contains a token that matches `pattern`: `*` any run of characters, `?` exactly one, no escapes."""

    field: TextField
    pattern: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """The field contains a token at most `distance` (1 or 2) edits away; a transposition counts as one edit."""

    field: TextField
    word: str
    distance: int


Place = Forms | Prefix | Wildcard  # one position of a phrase; its field is the phrase's field


@dataclass(frozen=True, slots=True)
class Phrase:
    """The field contains adjacent tokens that match `places` in order; there are two places or more."""

    field: TextField
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two or three places in any order, each at its own position, at most `gap` other tokens between first and last.

    The tokens between the first and the last matched position that are not matched themselves are counted.
    """

    field: TextField
    places: tuple[Place, ...]
    gap: int


@dataclass(frozen=True, slots=True)
class Value:
    """The keyword field is exactly one of these values; an empty set matches nothing."""

    field: ValueField
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class UrlPrefix:
    """The article's address starts with `prefix`."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Between:
    """start <= field < end, both UTC, None for open; an article without the field does not match."""

    field: MomentField
    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Has:
    """The field has a value: `published` (dated articles), `copy_of` (copies), `carries` (carriers), `language`, `themes`."""

    field: Literal["published", "copy_of", "carries", "language", "themes"]


@dataclass(frozen=True, slots=True)
class And:
    """All of them; at least one child."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of them; no child matches nothing."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that does not match the child."""

    child: Node


Leaf = Everything | Forms | Prefix | Wildcard | Fuzzy | Phrase | Near | Value | UrlPrefix | Between | Has
Node = Leaf | And | Or | Not

NOTHING = Or(())
STORIES = Not(Has("copy_of"))
TIMED = Value("precision", frozenset({"second"}))  # of all others no hour is known


def all_of(*nodes: Node) -> Node:
    """Return the conjunction, flattened and without Everything."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.children if isinstance(node, And) else (node,))
    kept = tuple(dict.fromkeys(part for part in parts if not isinstance(part, Everything)))
    if not kept:
        return Everything()
    return kept[0] if len(kept) == 1 else And(kept)


def any_of(*nodes: Node) -> Node:
    """Return the disjunction, flattened."""
    parts: list[Node] = []
    for node in nodes:
        parts.extend(node.children if isinstance(node, Or) else (node,))
    kept = tuple(dict.fromkeys(parts))
    return kept[0] if len(kept) == 1 else Or(kept)


def leaves(node: Node) -> Iterator[Leaf]:
    """Yield the leaves of the tree, left to right, without recursion."""
    waiting: list[Node] = [node]
    while waiting:
        top = waiting.pop()
        if isinstance(top, And | Or):
            waiting.extend(reversed(top.children))
        elif isinstance(top, Not):
            waiting.append(top.child)
        else:
            yield top


def word_leaves(node: Node) -> Iterator[Place | Fuzzy]:
    """Yield the leaves that match words, with each place of a phrase separately."""
    for leaf in leaves(node):
        if isinstance(leaf, Phrase | Near):
            yield from leaf.places
        elif isinstance(leaf, Forms | Prefix | Wildcard | Fuzzy):
            yield leaf


def collect_themes(node: Node) -> frozenset[str]:
    """Return the ids of all themes in the tree."""
    return frozenset().union(
        *(leaf.values for leaf in leaves(node) if isinstance(leaf, Value) and leaf.field == "themes")
    )


def depth(node: Node) -> int:
    """Return the number of nodes on the longest path, without recursion."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        top, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(top, And | Or):
            waiting.extend((child, level + 1) for child in top.children)
        elif isinstance(top, Not):
            waiting.append((top.child, level + 1))
    return deepest


def check_size(node: Node) -> Node:
    """Return the node itself. Every engine begins with this, so that all refuse the same.

    Raises:
        QueryTooBroad: deeper than 20 (tantivy crashes on deep trees, Elasticsearch refuses 30), more than 4,000 leaves, or
            a leaf with too many forms or too wide a gap.
    """
    if depth(node) > MAX_DEPTH:
        raise QueryTooBroad(f"the query is nested deeper than {MAX_DEPTH} levels; use fewer brackets")
    if sum(1 for _ in leaves(node)) > MAX_LEAVES:
        raise QueryTooBroad(f"the query has more than {MAX_LEAVES:,} clauses; split it into several themes")
    for leaf in leaves(node):
        _check_leaf(leaf)
    return node


def _check_leaf(leaf: Leaf) -> None:
    match leaf:
        case Forms(_, values) | Value(_, values) if len(values) > MAX_FORMS:
            raise QueryTooBroad(f"a clause stands for more than {MAX_FORMS:,} words or values; ask for fewer")
        case Phrase(places=places) | Near(places=places):
            if any(isinstance(place, Forms) and len(place.forms) > MAX_PLACE_FORMS for place in places):
                raise QueryTooBroad(f"a word of a phrase stands for more than {MAX_PLACE_FORMS:,} forms; ask for fewer")
        case UrlPrefix(prefix) if len(prefix) > MAX_URL:
            raise QueryTooBroad(f"the start of an address has more than {MAX_URL} characters; write less of it")
    for place in leaf.places if isinstance(leaf, Phrase | Near) else (leaf,):
        if isinstance(place, Wildcard):
            check_wildcard(place.pattern)
    if isinstance(leaf, Near) and leaf.gap > (widest := MAX_GAP[len(leaf.places)]):
        number = {2: "two", 3: "three"}[len(leaf.places)]
        raise QueryTooBroad(f"~{leaf.gap} is too far: {number} words may lie at most {widest} others apart; use AND")
