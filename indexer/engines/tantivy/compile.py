"""Turn a query tree into a tantivy query.

Two meanings of one tree: `matching` only decides what matches and is cheaper; `ranking` matches the same and also gives
scores. Neither uses tantivy's own query language, which drops what it does not understand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations, product, takewhile
from math import prod

from tantivy import FieldType, Occur, Query, Schema

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
from indexer.query.wildcards import escaped, regex
from indexer.stored_form import seconds, storable

# More forms than this get one flat score: BM25 over thousands costs more than it tells.
_SCORED_FORMS = 200
_SET = 64
_WORDINGS = 16
_STATES = 900  # of one regular expression; tantivy refuses more than 1,000


def matching(node: Node, schema: Schema) -> Query:
    """Return a query that finds what the tree matches; its scores mean nothing."""
    match node:
        case And(children):
            wanted, unwanted = _parted(children)
            return _all_of(
                [matching(child, schema) for child in wanted], [matching(child, schema) for child in unwanted]
            )
        case Or(children):
            return _any_of(matching(child, schema) for child in children)
        case Not(child):
            return _all_of([], [matching(child, schema)])
        case _:
            return _leaf(node, schema)


def ranking(node: Node, schema: Schema) -> Query:
    """Return a query that finds the same and scores it by BM25 over the best form of each word.

    A phrase scores as its words do; prefixes, wildcards and fuzzy words score 1; everything else 0.
    """
    match node:
        case And(children):
            wanted, unwanted = _parted(children)
            return _all_of(
                [ranking(child, schema) for child in wanted], [matching(child, schema) for child in unwanted]
            )
        case Or(children):
            return _any_of(ranking(child, schema) for child in children)
        case Forms():
            return _scored_forms(node, schema)
        case Phrase(places=places) | Near(places=places):
            words = [(Occur.Should, ranking(place, schema)) for place in places]
            return Query.boolean_query([(Occur.Must, Query.const_score_query(_leaf(node, schema), 0.0)), *words])
        case Prefix() | Wildcard() | Fuzzy():
            return Query.const_score_query(_leaf(node, schema), 1.0)
        case _:
            return Query.const_score_query(matching(node, schema), 0.0)


def scores(node: Node) -> bool:
    """Say whether `ranking` can tell matches apart; otherwise all score the same."""
    match node:
        case And(children) | Or(children):
            return any(map(scores, children))
        case Forms() | Phrase() | Near() | Prefix() | Wildcard() | Fuzzy():
            return True
        case _:
            return False


def _parted(children: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Return what must match and what must not."""
    wanted: list[Node] = [child for child in children if not isinstance(child, Not)]
    unwanted: list[Node] = [child.child for child in children if isinstance(child, Not)]
    return wanted, unwanted


def _all_of(wanted: Sequence[Query], unwanted: Sequence[Query]) -> Query:
    # tantivy finds nothing for a conjunction of exclusions alone.
    musts = [(Occur.Must, query) for query in wanted or [Query.all_query()]]
    return Query.boolean_query([*musts, *((Occur.MustNot, query) for query in unwanted)])


def _any_of(queries: Iterable[Query]) -> Query:
    clauses = [(Occur.Should, query) for query in queries]
    if len(clauses) == 1:
        return clauses[0][1]
    return Query.boolean_query(clauses) if clauses else Query.empty_query()


def _leaf(leaf: Leaf, schema: Schema) -> Query:
    match leaf:
        case Everything():
            return Query.all_query()
        case Forms(field, values) | Value(field, values):
            return _terms(field, sorted(map(storable, values)), schema)
        case Prefix(field) | Wildcard(field):
            return Query.regex_query(schema, field, _regex(leaf))
        case Fuzzy(field, word, distance):
            return Query.fuzzy_term_query(schema, field, storable(word), distance, transposition_cost_one=True)
        case Phrase(field, places):
            return _phrase(field, list(enumerate(places)), schema)
        case Near():
            return _near(leaf, schema)
        case UrlPrefix(prefix):
            return Query.regex_query(schema, "url", f"(?s){escaped(prefix)}.*")
        case Between():
            return _between(leaf, schema)
        case Has(field):
            return Query.exists_query(field)


def _terms(field: str, values: list[str], schema: Schema) -> Query:
    # A set walks the dictionary once for all its terms; few terms are looked up faster one by one.
    if len(values) > _SET:
        return Query.term_set_query(schema, field, values)
    return _any_of(Query.term_query(schema, field, value, "basic") for value in values)


def _scored_forms(leaf: Forms, schema: Schema) -> Query:
    if not 0 < len(leaf.forms) <= _SCORED_FORMS:
        return Query.const_score_query(_leaf(leaf, schema), 1.0)
    terms = [Query.term_query(schema, leaf.field, storable(form)) for form in sorted(leaf.forms)]
    return terms[0] if len(terms) == 1 else Query.disjunction_max_query(terms)


def _between(leaf: Between, schema: Schema) -> Query:
    start = None if leaf.start is None else seconds(leaf.start)
    last = None if leaf.end is None else seconds(leaf.end) - 1
    if start is None and last is None:
        return Query.exists_query(leaf.field)
    if start is not None and last is not None and start > last:
        return Query.empty_query()
    return Query.range_query(schema, leaf.field, FieldType.Integer, start, last)


def _near(leaf: Near, schema: Schema) -> Query:
    """Return the union of every order and every arrangement of gaps, each exact.

    tantivy's slop lets one position serve two places and misses arrangements of three, so it is used only where it is
    exact: for two words that cannot be the same.
    """
    places = leaf.places
    if len(places) == 2 and _disjoint(*places):
        return _any_of(_phrase(leaf.field, list(enumerate(pair)), schema, leaf.gap) for pair in (places, places[::-1]))
    orders = sorted(set(permutations(places)), key=repr)
    return _any_of(
        _phrase(leaf.field, list(zip(offsets, ordered, strict=True)), schema)
        for ordered in orders
        for offsets in _offsets(len(places), leaf.gap)
    )


def _disjoint(first: Place, second: Place) -> bool:
    return isinstance(first, Forms) and isinstance(second, Forms) and first.forms.isdisjoint(second.forms)


def _offsets(places: int, gap: int) -> Iterator[tuple[int, ...]]:
    """Yield the positions, starting with 0, that `places` words can have with at most `gap` others between them."""
    if places == 1:
        yield (0,)
        return
    for *head, last in _offsets(places - 1, gap):
        spent = last - len(head)
        for step in range(1, gap - spent + 2):
            yield (*head, last, last + step)


def _phrase(field: str, placed: Sequence[tuple[int, Place]], schema: Schema, slop: int = 0) -> Query:
    if len(placed) == 1:
        return _leaf(placed[0][1], schema)
    offsets = [offset for offset, _ in placed]
    wordings = _wordings([place for _, place in placed])
    if wordings is not None:
        exact = ([*zip(offsets, wording, strict=True)] for wording in wordings)
        return _any_of(Query.phrase_query(schema, field, list(words), slop) for words in exact)
    if any(isinstance(place, Forms) and not place.forms for _, place in placed):
        return Query.empty_query()
    patterns = product(*(_patterns(place) for _, place in placed))
    return _any_of(
        Query.regex_phrase_query(schema, field, [*zip(offsets, part, strict=True)], slop) for part in patterns
    )


def _wordings(places: Sequence[Place]) -> Iterable[tuple[str, ...]] | None:
    """Return every wording of the places, None where there are too many to ask for one by one."""
    forms = [place.forms for place in places if isinstance(place, Forms)]
    if len(forms) < len(places) or prod(map(len, forms)) > _WORDINGS:
        return None
    return product(*(sorted(map(storable, place)) for place in forms))


def _patterns(place: Place) -> list[str]:
    """Return the regular expressions that together match what the place does."""
    if isinstance(place, Forms):
        return ["|".join(map(escaped, part)) for part in _small(sorted(map(storable, place.forms)))]
    return [_regex(place)]


def _small(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield the sorted words in parts small enough for tantivy, which counts the branches of their common tree."""
    part: list[str] = []
    states, before = 0, b""
    for word in words:
        letters = word.encode()
        new = len(letters) - _shared(before, letters)
        if part and states + new > _STATES:
            yield part
            part, states, new = [], 0, len(letters)
        part.append(word)
        states, before = states + new, letters
    yield part


def _shared(before: bytes, letters: bytes) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, letters, strict=False)))


def _regex(place: Prefix | Wildcard) -> str:
    match place:
        case Prefix(_, prefix):
            return f"{escaped(prefix)}.*"
        case Wildcard(_, pattern):
            return regex(pattern)
