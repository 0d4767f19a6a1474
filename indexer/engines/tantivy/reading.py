"""How questions are put to an open tantivy index: pages of hits, counts and values."""

from __future__ import annotations

from itertools import combinations
from typing import Any, cast

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from indexer.article import Article, Hit, TextField
from indexer.engine import HitPage
from indexer.engines.tantivy.compile import matching, ranking, scores
from indexer.engines.tantivy.schema import SCHEMA, TEXTS
from indexer.query.tree import NOTHING, And, Near, Node, any_of, check_size
from indexer.query.vocabulary import within, wordings
from indexer.stored_form import storable, unpack

Known = dict[TextField, set[str]]

_LOOKED_UP = 1_000  # forms of one leaf; looking a word up takes 6 µs, asking for one that is missing as much
_VALUES = 60_000  # tantivy refuses an answer of more than 65,000 buckets


class Snapshot:
    """The index as of one commit, and which words it is known to hold. Safe for several threads."""

    def __init__(self, searcher: Searcher, before: Snapshot | None = None) -> None:
        """Take a searcher; words of an earlier snapshot are assumed to be still present, which is harmless when wrong."""
        self.searcher = searcher
        self._present: Known = before._present if before else {field: set() for field in TEXTS}
        self._missing: Known = {field: set() for field in TEXTS}
        self._narrow: dict[Near, Node] = {}

    def matching(self, node: Node) -> Query:
        """Return the query that finds what the tree matches here.

        Raises:
            QueryTooBroad: as in `check_size`.
        """
        return matching(self._cut(node), SCHEMA)

    def ranking(self, node: Node) -> Query:
        """Return the query that finds the same and scores it.

        Raises:
            QueryTooBroad: as in `check_size`.
        """
        return ranking(self._cut(node), SCHEMA)

    def article(self, address: DocAddress) -> Article:
        """Return the article stored at an address of this snapshot."""
        return unpack(cast(bytes, self.searcher.doc(address).get_first("stored")))

    def _cut(self, node: Node) -> Node:
        return within(check_size(node), self._among, self._narrowed)

    def _narrowed(self, near: Near) -> Node:
        # Three places cost a clause for each of up to 396 arrangements; most wordings are ruled out for far less.
        if len(near.places) < 3:
            return near
        if near not in self._narrow:
            spoken = any_of(*filter(self._may_match, wordings(near))) if self._may_match(near) else NOTHING
            self._narrow[near] = spoken
        return self._narrow[near]

    def _may_match(self, near: Near) -> bool:
        pairs = [Near(near.field, pair, near.gap + 1) for pair in combinations(near.places, 2)]
        return count(self, matching(And(tuple(pairs)), SCHEMA)) > 0

    def _among(self, field: TextField, forms: frozenset[str]) -> frozenset[str]:
        if len(forms) > _LOOKED_UP:
            return forms
        present, missing = self._present[field], self._missing[field]
        for form in forms - present - missing:
            (present if self.searcher.doc_freq(field, storable(form)) else missing).add(form)
        return forms & present


def total(result: Any) -> int:
    """Return the exact number of matches of a search; tantivy's own type hints leave it out."""
    return int(result.count)


def count(snapshot: Snapshot, query: Query) -> int:
    """Return the exact number of matches."""
    # Sorting by a column spares the scoring of every match.
    return total(snapshot.searcher.search(query, 1, order_by_field="serial"))


def newest(snapshot: Snapshot, node: Node, limit: int, after: int | None) -> HitPage:
    """Return a page by date, newest first."""
    query = snapshot.matching(node)
    page = query if after is None else all_of(query, _older(after))
    result = snapshot.searcher.search(page, limit + 1, order_by_field="order")
    hits = result.hits[:limit]
    return HitPage(
        total=total(result) if after is None else count(snapshot, query),
        hits=tuple(Hit(snapshot.article(address), None) for _, address in hits),
        after=hits[-1][0] if len(result.hits) > limit else None,
    )


def best(snapshot: Snapshot, node: Node, limit: int) -> HitPage:
    """Return the most relevant hits; those of one score by date."""
    if not scores(node):
        page = newest(snapshot, node, limit, None)
        return HitPage(total=page.total, hits=tuple(Hit(hit.article, 1.0) for hit in page.hits), after=None)
    query = snapshot.ranking(node)
    taken = limit + 1
    while True:
        result = snapshot.searcher.search(query, taken)
        hits = result.hits
        # The cut is right once a lower score than the last one wanted has been seen, or the end.
        if len(hits) < taken or hits[limit - 1][0] > hits[-1][0]:
            break
        taken *= 4
    dates = snapshot.searcher.fast_field_values("order", [address for _, address in hits])
    ranked = sorted(zip(hits, dates, strict=True), key=lambda ranked: (-ranked[0][0], -(ranked[1] or 0)))
    chosen = tuple(Hit(snapshot.article(address), score) for (score, address), _ in ranked[:limit])
    return HitPage(total=total(result), hits=chosen, after=None)


def by_serial(snapshot: Snapshot, query: Query, serials: range, limit: int) -> tuple[int, list[Article]]:
    """Return how many matches have these serials, and the first of them, ascending."""
    if serials.start:
        # Over a column, each window would walk through every article; over the terms it does not.
        window = Query.range_query(
            SCHEMA, "serial", FieldType.Unsigned, serials.start, serials.stop - 1, use_inverted_index=True
        )
        query = all_of(query, window)
    result = snapshot.searcher.search(query, limit, order_by_field="serial", order=Order.Asc)
    return total(result), [snapshot.article(address) for _, address in result.hits]


def tally(snapshot: Snapshot, query: Query, field: str) -> dict[str, int]:
    """Return value → number of matches, exact however many values there are."""
    values: dict[str, int] = {}
    after: dict[str, Any] = {}
    while True:
        source = {"value": {"terms": {"field": field}}}
        request = {"values": {"composite": {"size": _VALUES, "sources": [source], **after}}}
        page = snapshot.searcher.aggregate(query, request)["values"]
        values.update((bucket["key"]["value"], bucket["doc_count"]) for bucket in page["buckets"])
        if len(page["buckets"]) < _VALUES:
            return values
        after = {"after": page["after_key"]}


def _older(after: int) -> Query:
    return Query.range_query(SCHEMA, "order", FieldType.Unsigned, None, after, include_upper=False)


def all_of(first: Query, second: Query) -> Query:
    """Return what both find."""
    return Query.boolean_query([(Occur.Must, first), (Occur.Must, second)])
