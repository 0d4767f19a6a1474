"""Compiles query trees to tantivy queries.

A tree can be compiled in two ways: `compile_filter` returns a cheaper query whose scores are meaningless, and
`compile_scoring` returns a query with the same matches and useful scores. Neither uses tantivy's own query language, which
silently drops what it does not understand.
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
from indexer.stored_form import replace_surrogates, to_seconds

_SCORED_FORMS = 200  # a word with more forms gets a constant score, because BM25 over thousands of terms is slow
_SET = 64  # terms; above this, one walk through the term dictionary is faster than a lookup for each term
_WORDINGS = 16  # a phrase with more combinations of forms is compiled to regular expressions
_STATES = 900  # of one regular expression; tantivy rejects more than 1,000


def compile_filter(node: Node, schema: Schema) -> Query:
    """Return a query for the articles that the tree matches. Its scores are meaningless."""
    match node:
        case And(children):
            included, excluded = separate_exclusions(children)
            return conjunction(
                [compile_filter(child, schema) for child in included],
                [compile_filter(child, schema) for child in excluded],
            )
        case Or(children):
            return _any_of(compile_filter(child, schema) for child in children)
        case Not(child):
            return conjunction([], [compile_filter(child, schema)])
        case _:
            return _leaf(node, schema)


def compile_scoring(node: Node, schema: Schema) -> Query:
    """Return a query with the same matches that scores each word by the BM25 of its best form.

    A phrase scores as the sum of its words. Prefixes, wildcards and fuzzy words score 1, everything else scores 0.
    """
    match node:
        case And(children):
            included, excluded = separate_exclusions(children)
            return conjunction(
                [compile_scoring(child, schema) for child in included],
                [compile_filter(child, schema) for child in excluded],
            )
        case Or(children):
            return _any_of(compile_scoring(child, schema) for child in children)
        case Forms():
            return _scored_forms(node, schema)
        case Phrase(places=places) | Near(places=places):
            words = [(Occur.Should, compile_scoring(place, schema)) for place in places]
            return Query.boolean_query([(Occur.Must, Query.const_score_query(_leaf(node, schema), 0.0)), *words])
        case Prefix() | Wildcard() | Fuzzy():
            return Query.const_score_query(_leaf(node, schema), 1.0)
        case _:
            return Query.const_score_query(compile_filter(node, schema), 0.0)


def has_scores(node: Node) -> bool:
    """Return whether the scores of matches can differ."""
    match node:
        case And(children) | Or(children):
            return any(map(_adds_score, children))
        case Forms() | Phrase() | Near():
            return True
        case _:
            return False


def _adds_score(node: Node) -> bool:
    """Return whether articles that match this part of a query score otherwise than those that do not."""
    return has_scores(node) or isinstance(node, Prefix | Wildcard | Fuzzy)


def separate_exclusions(children: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Return the nodes that must match, and those that must not, without their Not."""
    included: list[Node] = [child for child in children if not isinstance(child, Not)]
    excluded: list[Node] = [child.child for child in children if isinstance(child, Not)]
    return included, excluded


def conjunction(included: Sequence[Query], excluded: Sequence[Query]) -> Query:
    """Return a query for what all of the first match and none of the others."""
    # In tantivy, a conjunction that consists only of exclusions matches nothing.
    musts = [(Occur.Must, query) for query in included or [Query.all_query()]]
    return Query.boolean_query([*musts, *((Occur.MustNot, query) for query in excluded)])


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
            return _terms(field, sorted(map(replace_surrogates, values)), schema)
        case Prefix(field) | Wildcard(field):
            return Query.regex_query(schema, field, _regex(leaf))
        case Fuzzy(field, word, distance):
            return Query.fuzzy_term_query(
                schema, field, replace_surrogates(word), distance, transposition_cost_one=True
            )
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
    if len(values) > _SET:
        return Query.term_set_query(schema, field, values)
    return _any_of(Query.term_query(schema, field, value, "basic") for value in values)


def _scored_forms(leaf: Forms, schema: Schema) -> Query:
    if not 0 < len(leaf.forms) <= _SCORED_FORMS:
        return Query.const_score_query(_leaf(leaf, schema), 1.0)
    terms = [Query.term_query(schema, leaf.field, replace_surrogates(form)) for form in sorted(leaf.forms)]
    return terms[0] if len(terms) == 1 else Query.disjunction_max_query(terms)


def _between(leaf: Between, schema: Schema) -> Query:
    start = None if leaf.start is None else to_seconds(leaf.start)
    last = None if leaf.end is None else to_seconds(leaf.end) - 1
    if start is None and last is None:
        return Query.exists_query(leaf.field)
    if start is not None and last is not None and start > last:
        return Query.empty_query()
    return Query.range_query(schema, leaf.field, FieldType.Integer, start, last)


def _near(leaf: Near, schema: Schema) -> Query:
    """Return a query for the places in any order.

    Two words of a phrase with slop may lie so many positions before or behind where the phrase has them, which is exact for
    two places and misses some arrangements of three. Three places are the union of exact phrases for every order and
    arrangement.
    """
    field, places, gap = leaf.field, leaf.places, leaf.gap
    if len(places) == 2 and _disjoint(*places):
        return _phrase(
            field, [(0, places[0]), (0, places[1])], schema, gap + 1
        )  # no word is at the position of another
    orders = sorted(set(permutations(places)), key=repr)
    if len(places) == 2:
        return _any_of(
            _phrase(field, [(0, first), (apart, second)], schema, slop)
            for first, second in orders
            for apart, slop in _distances(gap + 1)
        )
    return _any_of(
        _phrase(field, list(zip(offsets, ordered, strict=True)), schema)
        for ordered in orders
        for offsets in _offsets(len(places), gap)
    )


def _distances(longest: int) -> Iterator[tuple[int, int]]:
    """Yield (distance, slop) that together allow every distance from 1 to `longest` in one direction, and no other."""
    slop = (longest - 1) // 2
    yield slop + 1, slop
    if longest > 2 * slop + 1:
        yield longest, 0


def _disjoint(first: Place, second: Place) -> bool:
    return isinstance(first, Forms) and isinstance(second, Forms) and first.forms.isdisjoint(second.forms)


def _offsets(places: int, gap: int) -> Iterator[tuple[int, ...]]:
    """Yield the positions, starting at 0, of `places` words with at most `gap` other words between them."""
    if places == 1:
        yield (0,)
        return
    for *head, last in _offsets(places - 1, gap):
        used_gap = last - len(head)
        for step in range(1, gap - used_gap + 2):
            yield (*head, last, last + step)


def _phrase(field: str, positioned: Sequence[tuple[int, Place]], schema: Schema, slop: int = 0) -> Query:
    if len(positioned) == 1:
        return _leaf(positioned[0][1], schema)
    offsets = [offset for offset, _ in positioned]
    wordings = _wordings([place for _, place in positioned])
    if wordings is not None:
        exact = ([*zip(offsets, wording, strict=True)] for wording in wordings)
        return _any_of(Query.phrase_query(schema, field, list(words), slop) for words in exact)
    if any(isinstance(place, Forms) and not place.forms for _, place in positioned):
        return Query.empty_query()
    patterns = product(*(_patterns(place) for _, place in positioned))
    return _any_of(
        Query.regex_phrase_query(schema, field, [*zip(offsets, part, strict=True)], slop) for part in patterns
    )


def _wordings(places: Sequence[Place]) -> Iterable[tuple[str, ...]] | None:
    """Return all combinations of forms, one per place; None when there are too many to search for each."""
    forms = [place.forms for place in places if isinstance(place, Forms)]
    if len(forms) < len(places) or prod(map(len, forms)) > _WORDINGS:
        return None
    return product(*(sorted(map(replace_surrogates, place)) for place in forms))


def _patterns(place: Place) -> list[str]:
    """Return regular expressions that together match the same words as the place."""
    if isinstance(place, Forms):
        return ["|".join(map(escaped, part)) for part in _split_by_states(sorted(map(replace_surrogates, place.forms)))]
    return [_regex(place)]


def _split_by_states(words: Sequence[str]) -> Iterator[list[str]]:
    """Yield the sorted words in parts small enough for tantivy, which limits the states of their prefix tree."""
    part: list[str] = []
    states, before = 0, b""
    for word in words:
        letters = word.encode()
        new = len(letters) - _count_common_prefix(before, letters)
        if part and states + new > _STATES:
            yield part
            part, states, new = [], 0, len(letters)
        part.append(word)
        states, before = states + new, letters
    yield part


def _count_common_prefix(before: bytes, letters: bytes) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, letters, strict=False)))


def _regex(place: Prefix | Wildcard) -> str:
    match place:
        case Prefix(_, prefix):
            return f"{escaped(prefix)}.*"
        case Wildcard(_, pattern):
            return regex(pattern)
