"""Compiles query trees to Elasticsearch's query language.

The words in a tree are tokens already, so no analyzer may change them: single words become term-level queries, and every rule
of a phrase specifies the whitespace analyzer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import permutations
from math import factorial
from typing import Any

from config.errors import QueryTooBroad
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
    leaves,
)
from indexer.stored_form import replace_surrogates

Query = dict[str, Any]
Rule = dict[str, Any]

MAX_VALUES = 65_536  # index.max_terms_count
# A server counts each word as a clause and rejects too many clauses (8,192 with 512 MB of heap and two cores). In queries with
# more words than this, each word becomes a regular expression over its forms: one clause each, but half as fast.
SPELLED_FORMS = 6_000

_ALL: Query = {"match_all": {}}
_NOTHING: Query = {"match_none": {}}
_REGEX_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in '\\.?+*|{}[]()"#@&<>~^$-'})


def compile_filter(node: Node) -> Query:
    """Return a query for the articles that the tree matches, without scores.

    Raises:
        QueryTooBroad: a leaf lists more than 65,536 values.
    """
    return _filter(node, _alternation(node))


def compile_scoring(node: Node) -> Query:
    """Return a query with the same matches and scores: BM25 for words and phrases, 0 or 1 for everything else.

    Raises:
        QueryTooBroad: a leaf lists more than 65,536 values.
    """
    return _score(node, _alternation(node))


def format_moment(moment: datetime) -> str:
    """Return a moment in the format of Elasticsearch, without fractions of a second, like `indexer.stored_form`."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat()


Alternation = Callable[[Forms], Rule]


def _alternation(node: Node) -> Alternation:
    return _spelled if sum(map(_words, leaves(node))) <= SPELLED_FORMS else _as_regex


def _words(leaf: Leaf) -> int:
    match leaf:
        case Forms(_, forms):
            return len(forms)
        case Phrase(_, places):
            return sum(map(_words, places))
        case Near(_, places):
            return sum(map(_words, places)) * factorial(len(places))
    return 1


def _filter(node: Node, alternation: Alternation) -> Query:
    match node:
        case And(children):
            return {"bool": {"filter": [_filter(child, alternation) for child in children]}}
        case Or(children):
            return _any_of(_filter(child, alternation) for child in children)
        case Not(child):
            return {"bool": {"must_not": [_filter(child, alternation)]}}
        case Phrase() | Near():
            return _positions(node, alternation)
        case _:
            return _leaf(node)


def _score(node: Node, alternation: Alternation) -> Query:
    match node:
        case And(children):
            scored = [_score(child, alternation) for child in children if not isinstance(child, Not)]
            return {
                "bool": {"must": scored, "filter": [_filter(n, alternation) for n in children if isinstance(n, Not)]}
            }
        case Or(children):
            return _any_of(_score(child, alternation) for child in children)
        case Forms(field, forms) if forms and alternation is _spelled:
            terms = [{"term": {field: {"value": replace_surrogates(form)}}} for form in sorted(forms)]
            return terms[0] if len(terms) == 1 else {"dis_max": {"queries": terms}}
        case Forms() | Phrase() | Near() | Prefix() | Wildcard() | Fuzzy():
            return _filter(node, alternation)
        case _:
            return {"bool": {"filter": [_filter(node, alternation)]}}


def _any_of(queries: Iterable[Query]) -> Query:
    clauses = list(queries)
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else _NOTHING


def _leaf(leaf: Leaf) -> Query:
    match leaf:
        case Forms(field, forms):
            return _terms(field, forms)
        case Prefix(field, prefix):
            return {"prefix": {field: {"value": replace_surrogates(prefix)}}}
        case Wildcard(field, pattern):
            return {"wildcard": {field: {"value": _pattern(pattern)}}}
        case Fuzzy(field, word, distance):
            # With a constant score, all variants are searched; otherwise only the best 50.
            return {
                "fuzzy": {
                    field: {"value": replace_surrogates(word), "fuzziness": distance, "rewrite": "constant_score"}
                }
            }
        case Value("id", values):
            return {"ids": {"values": sorted(map(replace_surrogates, values))}}
        case Value(field, values):
            return _terms(field, values)
        case UrlPrefix(prefix):
            return {"prefix": {"url": {"value": replace_surrogates(prefix)}}}
        case Between(field, start, end):
            edges = {"gte": start, "lt": end}
            return {"range": {field: {edge: format_moment(moment) for edge, moment in edges.items() if moment}}}
        case Has(field):
            return {"exists": {"field": field}}
        case Everything():
            return _ALL
    raise TypeError(f"unknown kind of leaf: {type(leaf).__name__}")


def _terms(field: str, values: frozenset[str]) -> Query:
    if len(values) > MAX_VALUES:
        raise QueryTooBroad(f"the query has a list of {len(values):,} values; the limit is {MAX_VALUES:,}")
    return {"terms": {field: sorted(map(replace_surrogates, values))}}


def _positions(leaf: Phrase | Near, alternation: Alternation) -> Query:
    if any(isinstance(place, Forms) and not place.forms for place in leaf.places):
        return _NOTHING
    if isinstance(leaf, Phrase) and (words := _plain_words(leaf)):
        return {"match_phrase": {leaf.field: {"query": " ".join(words), "analyzer": "whitespace"}}}
    rules = [_rule(place, alternation) for place in leaf.places]
    if isinstance(leaf, Phrase):
        return {"intervals": {leaf.field: _ordered(rules, 0)}}
    # Lucene's unordered intervals can match two places at one position when their forms overlap; ordered ones cannot.
    return {"intervals": {leaf.field: _one_of([_ordered(order, leaf.gap) for order in permutations(rules)])}}


def _plain_words(phrase: Phrase) -> list[str]:
    """Return the words of a phrase if each of its places has exactly one form; otherwise an empty list."""
    forms = [place.forms for place in phrase.places if isinstance(place, Forms) and len(place.forms) == 1]
    return [replace_surrogates(word) for only in forms for word in only] if len(forms) == len(phrase.places) else []


def _rule(place: Place, alternation: Alternation) -> Rule:
    match place:
        case Prefix(_, prefix):
            return {"prefix": {"prefix": replace_surrogates(prefix), "analyzer": "whitespace"}}
        case Wildcard(_, pattern):
            return {"wildcard": {"pattern": _pattern(pattern), "analyzer": "whitespace"}}
        case Forms():
            return alternation(place)


def _spelled(place: Forms) -> Rule:
    return _one_of(
        [{"match": {"query": replace_surrogates(form), "analyzer": "whitespace"}} for form in sorted(place.forms)]
    )


def _as_regex(place: Forms) -> Rule:
    words = "|".join(replace_surrogates(form).translate(_REGEX_SIGNS) for form in sorted(place.forms))
    return {"regexp": {"pattern": words, "analyzer": "whitespace"}}


def _ordered(rules: Iterable[Rule], gap: int) -> Rule:
    return {"all_of": {"ordered": True, "max_gaps": gap, "intervals": list(rules)}}


def _one_of(rules: list[Rule]) -> Rule:
    return rules[0] if len(rules) == 1 else {"any_of": {"intervals": rules}}


def _pattern(pattern: str) -> str:
    return replace_surrogates(pattern).replace("\\", "\\\\")
