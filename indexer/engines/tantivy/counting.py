"""Exact numbers of matches."""

from __future__ import annotations

from typing import Any

from tantivy import Query, Searcher


def count(searcher: Searcher, query: Query) -> int:
    """Return the exact number of matches."""
    # Sorting by a column avoids scoring every match.
    return count_matches(searcher.search(query, 1, order_by_field="serial"))


def count_matches(result: Any) -> int:
    """Return the exact number of matches of a search, which is missing from tantivy's type hints."""
    return int(result.count)
