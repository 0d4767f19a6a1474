"""What the costly parts of queries match in one commit, listed once, so that later queries look the articles up.

A theme's query of a hundred pairs of words near one another takes 45 to 115 ms for 100,000 articles; looking up the 15,000 that
match takes 9. A commit never changes, so a list stays true as long as it is kept: it belongs to a snapshot and goes with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tantivy import Order, Query, Searcher

from indexer.engines.tantivy.compile import compile_filter, conjunction, separate_exclusions
from indexer.engines.tantivy.counting import count
from indexer.engines.tantivy.schema import SCHEMA
from indexer.query.tree import And, Between, Has, Near, Node, Not, Phrase, UrlPrefix, Value, all_of, leaves

COSTLY = 16  # pairs of words; as many cost about as much as looking articles up
_WEIGHT = {2: 1, 3: 10}  # places of a Near → pairs that cost as much
MOST = 50_000  # matches of a part; listing more gains little
KEPT = 300_000  # matches of all parts together, 64 bytes each
_ASKED = 1_000  # parts


class Lists:
    """Lists of one commit. Thread-safe: what two threads list at once is the same."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._queries: dict[Node, tuple[Query, int]] = {}  # part → what to ask instead, and the number of serials in it
        self._asked: set[Node] = set()

    def filter(self, node: Node, *, is_limited: bool = False) -> Query:
        """Return a query for the articles that the tree matches in this commit. Its scores are meaningless.

        Args:
            is_limited: whether something else limits the articles; a costly part is then listed at the second time, because
                a query for few articles of it costs less than the list.
        """
        if not is_costly(node):
            return compile_filter(node, SCHEMA)
        match node:
            case And(children):
                return self._all_of(children, is_limited=is_limited)
            case Not(child):
                return conjunction([], [self.filter(child, is_limited=is_limited)])
        return self._part(node, is_limited=is_limited)

    def _all_of(self, children: Sequence[Node], *, is_limited: bool) -> Query:
        included, excluded = separate_exclusions(children)
        words = [child for child in included if _has_only_words(child)]
        queries: list[Query] = []
        if is_costly(all_of(*words)):
            # What is said of words is one part, because the sources and times beside it change more often.
            words += [Not(child) for child in excluded if _has_only_words(child)]
            included, excluded = ([one for one in some if not _has_only_words(one)] for some in (included, excluded))
            is_limited = is_limited or bool(included or excluded)
            queries.append(self._part(all_of(*words), is_limited=is_limited))
        limited = partial(self.filter, is_limited=True)
        return conjunction([*queries, *map(limited, included)], list(map(limited, excluded)))

    def _part(self, part: Node, *, is_limited: bool) -> Query:
        known = self._queries.get(part)
        if known:
            return known[0]
        query = compile_filter(part, SCHEMA)
        if not is_costly(part):
            return query
        if is_limited and part not in self._asked:
            if len(self._asked) >= _ASKED:
                self._asked.clear()
            self._asked.add(part)
            return query
        by_serial, number = self._list(query)
        if sum(size for _, size in list(self._queries.values())) + number > KEPT or len(self._queries) >= _ASKED:
            self._queries.clear()
        self._queries[part] = by_serial, number
        return by_serial

    def _list(self, query: Query) -> tuple[Query, int]:
        """Return a query for the serials of the matches with their number; the query itself and 0 where it cannot be listed."""
        hits = self._searcher.search(query, MOST + 1, order_by_field="serial", order=Order.Asc).hits
        if len(hits) > MOST:
            return query, 0
        if not hits:
            return Query.empty_query(), 0
        listed = Query.term_set_query(SCHEMA, "serial", [serial for serial, _ in hits])
        if count(self._searcher, listed) != len(hits):
            return query, 0  # an article that does not match has the serial of one that does
        return listed, len(hits)


def is_costly(node: Node) -> bool:
    """Return whether a query takes so long that listing what it matches is worthwhile."""
    return _pairs(node) >= COSTLY


def _has_only_words(node: Node) -> bool:
    return not any(isinstance(leaf, Value | UrlPrefix | Between | Has) for leaf in leaves(node))


def _pairs(node: Node) -> int:
    return sum(
        _WEIGHT[len(leaf.places)] if isinstance(leaf, Near) else 1
        for leaf in leaves(node)
        if isinstance(leaf, Near | Phrase)
    )
