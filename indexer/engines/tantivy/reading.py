"""Searching and counting in an open tantivy index."""

from __future__ import annotations

from itertools import combinations
from typing import Any, cast

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from indexer.article import Article, Hit, TextField
from indexer.engine import HitPage
from indexer.engines.tantivy.compile import compile_filter, compile_scoring, has_scores
from indexer.engines.tantivy.counting import count, count_matches
from indexer.engines.tantivy.listed import Lists, is_costly
from indexer.engines.tantivy.schema import SCHEMA, TEXTS
from indexer.query.tree import NOTHING, And, Near, Node, any_of, check_size
from indexer.query.vocabulary import within, wordings
from indexer.stored_form import replace_surrogates, unpack

Known = dict[TextField, set[str]]

_LOOKED_UP = 1_000  # forms of one leaf; looking up a word takes 6 µs, as long as searching for one that is missing
_COMPILED = 200  # queries; compiling that of a theme takes 4 to 17 ms
_VALUES = 60_000  # tantivy fails when a result has more than 65,000 buckets


class Snapshot:
    """The index as of one commit, with a cache of the words it contains. Thread-safe."""

    def __init__(self, searcher: Searcher, before: Snapshot | None = None) -> None:
        """Create a snapshot. Words of an earlier snapshot are assumed to be present still; being wrong is harmless."""
        self.searcher = searcher
        self._present: Known = before._present if before else {field: set() for field in TEXTS}
        self._missing: Known = {field: set() for field in TEXTS}
        self._narrow: dict[Near, Node] = {}
        self._compiled: dict[Node, Query] = {}
        self._lists = Lists(searcher)
        self._values: dict[str, int] = {}

    def matching(self, node: Node) -> Query:
        """Return a query for the articles that the tree matches in this snapshot. Its scores are meaningless.

        Raises:
            QueryTooBroad: as in `check_size`.
        """
        query = self._compiled.get(node)
        if query is None:
            cut = self._cut(node)
            query = self._lists.filter(cut)
            if not is_costly(cut):  # others contain copies of lists
                if len(self._compiled) >= _COMPILED:
                    self._compiled.clear()
                self._compiled[node] = query
        return query

    def ranking(self, node: Node) -> Query:
        """Return a query with the same matches and useful scores.

        Raises:
            QueryTooBroad: as in `check_size`.
        """
        return compile_scoring(self._cut(node), SCHEMA)

    def article(self, address: DocAddress) -> Article:
        """Return the article stored at an address of this snapshot."""
        return unpack(cast(bytes, self.searcher.doc(address).get_first("stored")))

    def number_of_values(self, field: str) -> int:
        """Return the number of values of a keyword field."""
        if field not in self._values:
            self._values[field] = len(tally(self, Query.all_query(), field))
        return self._values[field]

    def _cut(self, node: Node) -> Node:
        return within(check_size(node), self._among, self._narrowed)

    def _narrowed(self, near: Near) -> Node:
        # Three places need a clause for each of up to 396 arrangements; ruling out most wordings first is much cheaper.
        if len(near.places) < 3:
            return near
        if near not in self._narrow:
            possible = any_of(*filter(self._may_match, wordings(near))) if self._may_match(near) else NOTHING
            self._narrow[near] = possible
        return self._narrow[near]

    def _may_match(self, near: Near) -> bool:
        pairs = [Near(near.field, pair, near.gap + 1) for pair in combinations(near.places, 2)]
        return count(self.searcher, compile_filter(And(tuple(pairs)), SCHEMA)) > 0

    def _among(self, field: TextField, forms: frozenset[str]) -> frozenset[str]:
        if len(forms) > _LOOKED_UP:
            return forms
        present, missing = self._present[field], self._missing[field]
        for form in forms - present - missing:
            (present if self.searcher.doc_freq(field, replace_surrogates(form)) else missing).add(form)
        return forms & present


def find_newest(snapshot: Snapshot, node: Node, limit: int, after: int | None) -> HitPage:
    """Return a page by date, newest first."""
    query = snapshot.matching(node)
    page = query if after is None else intersect(query, _older(after))
    result = snapshot.searcher.search(page, limit + 1, order_by_field="order")
    hits = result.hits[:limit]
    return HitPage(
        total=count_matches(result) if after is None else count(snapshot.searcher, query),
        hits=tuple(Hit(snapshot.article(address), None) for _, address in hits),
        after=hits[-1][0] if len(result.hits) > limit else None,
    )


def find_best(snapshot: Snapshot, node: Node, limit: int) -> HitPage:
    """Return the most relevant hits; hits with equal scores are sorted by date."""
    if not has_scores(node):
        page = find_newest(snapshot, node, limit, None)
        return HitPage(total=page.total, hits=tuple(Hit(hit.article, 1.0) for hit in page.hits), after=None)
    query = snapshot.ranking(node)
    size = limit + 1
    while True:
        result = snapshot.searcher.search(query, size)
        hits = result.hits
        # Ties at the limit are complete once a lower score, or the end of the results, has been reached.
        if len(hits) < size or hits[limit - 1][0] > hits[-1][0]:
            break
        size *= 4
    dates = snapshot.searcher.fast_field_values("order", [address for _, address in hits])
    ranked = sorted(zip(hits, dates, strict=True), key=lambda ranked: (-ranked[0][0], -(ranked[1] or 0)))
    chosen = tuple(Hit(snapshot.article(address), score) for (score, address), _ in ranked[:limit])
    return HitPage(total=count_matches(result), hits=chosen, after=None)


def find_by_serial(snapshot: Snapshot, query: Query, serials: range, limit: int) -> tuple[int, list[Article]]:
    """Return the number of matches with these serials, and the first `limit` of them by ascending serial."""
    if serials.start:
        # A range over the column would walk through every article for each window; a range over the terms does not.
        window = Query.range_query(
            SCHEMA, "serial", FieldType.Unsigned, serials.start, serials.stop - 1, use_inverted_index=True
        )
        query = intersect(query, window)
    result = snapshot.searcher.search(query, limit, order_by_field="serial", order=Order.Asc)
    return count_matches(result), [snapshot.article(address) for _, address in result.hits]


def tally(snapshot: Snapshot, query: Query, field: str) -> dict[str, int]:
    """Return value → exact number of matches, for any number of values."""
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


def sum_of_serials(snapshot: Snapshot) -> int:
    """Return the sum of the serials of all articles; it is exact below 2**53, so up to a hundred million articles."""
    request = {"serials": {"sum": {"field": "serial"}}}
    return int(snapshot.searcher.aggregate(Query.all_query(), request)["serials"]["value"])


def _older(after: int) -> Query:
    return Query.range_query(SCHEMA, "order", FieldType.Unsigned, None, after, include_upper=False)


def intersect(first: Query, second: Query) -> Query:
    """Return a query for the articles that match both queries."""
    return Query.boolean_query([(Occur.Must, first), (Occur.Must, second)])
