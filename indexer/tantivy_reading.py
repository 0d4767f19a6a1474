"""How questions are put to an open tantivy index: pages of hits, counts and values."""

from __future__ import annotations

from typing import Any, cast

from tantivy import DocAddress, FieldType, Occur, Order, Query, Searcher

from indexer.article import Article, Hit
from indexer.embedded import SCHEMA
from indexer.engine import Found
from indexer.query.to_tantivy import matching, ranking, scores
from indexer.query.tree import Node
from indexer.stored import unpack

_VALUES = 60_000  # tantivy refuses an answer of more than 65,000 buckets


def article(searcher: Searcher, address: DocAddress) -> Article:
    """Return the article stored at an address of this searcher."""
    packed = searcher.doc(address).get_first("stored")
    return unpack(cast(bytes, packed))


def total(result: Any) -> int:
    """Return the exact number of matches of a search; tantivy's own type hints leave it out."""
    return int(result.count)


def count(searcher: Searcher, query: Query) -> int:
    """Return the exact number of matches."""
    # Sorting by a column spares the scoring of every match.
    return total(searcher.search(query, 1, order_by_field="serial"))


def newest(searcher: Searcher, node: Node, limit: int, after: int | None) -> Found:
    """Return a page by date, newest first."""
    query = matching(node, SCHEMA)
    page = query if after is None else all_of(query, _older(after))
    found = searcher.search(page, limit + 1, order_by_field="order")
    hits = found.hits[:limit]
    return Found(
        total=total(found) if after is None else count(searcher, query),
        hits=tuple(Hit(article(searcher, address), None) for _, address in hits),
        after=hits[-1][0] if len(found.hits) > limit else None,
    )


def best(searcher: Searcher, node: Node, limit: int) -> Found:
    """Return the most relevant hits; those of one score by date."""
    if not scores(node):
        found = newest(searcher, node, limit, None)
        return Found(total=found.total, hits=tuple(Hit(hit.article, 1.0) for hit in found.hits), after=None)
    query = ranking(node, SCHEMA)
    taken = limit + 1
    while True:
        result = searcher.search(query, taken)
        hits = result.hits
        # The cut is right once a lower score than the last one wanted has been seen, or the end.
        if len(hits) < taken or hits[limit - 1][0] > hits[-1][0]:
            break
        taken *= 4
    dates = searcher.fast_field_values("order", [address for _, address in hits])
    ranked = sorted(zip(hits, dates, strict=True), key=lambda ranked: (-ranked[0][0], -(ranked[1] or 0)))
    chosen = tuple(Hit(article(searcher, address), score) for (score, address), _ in ranked[:limit])
    return Found(total=total(result), hits=chosen, after=None)


def by_serial(searcher: Searcher, query: Query, serials: range, limit: int) -> tuple[int, list[Article]]:
    """Return how many matches have these serials, and the first of them, ascending."""
    if serials.start:
        # Over a column, each window would walk through every article; over the terms it does not.
        window = Query.range_query(
            SCHEMA, "serial", FieldType.Unsigned, serials.start, serials.stop - 1, use_inverted_index=True
        )
        query = all_of(query, window)
    found = searcher.search(query, limit, order_by_field="serial", order=Order.Asc)
    return total(found), [article(searcher, address) for _, address in found.hits]


def tally(searcher: Searcher, query: Query, field: str) -> dict[str, int]:
    """Return value → number of matches, exact however many values there are."""
    values: dict[str, int] = {}
    after: dict[str, Any] = {}
    while True:
        source = {"value": {"terms": {"field": field}}}
        asked = {"values": {"composite": {"size": _VALUES, "sources": [source], **after}}}
        page = searcher.aggregate(query, asked)["values"]
        values.update((bucket["key"]["value"], bucket["doc_count"]) for bucket in page["buckets"])
        if len(page["buckets"]) < _VALUES:
            return values
        after = {"after": page["after_key"]}


def _older(after: int) -> Query:
    return Query.range_query(SCHEMA, "order", FieldType.Unsigned, None, after, include_upper=False)


def all_of(first: Query, second: Query) -> Query:
    """Return what both find."""
    return Query.boolean_query([(Occur.Must, first), (Occur.Must, second)])
