"""Counts between edges in time, from tantivy's aggregations.

Turning tantivy's answer into Python costs far more than counting, so the answer is kept small: stories are articles less
copies, which are few, and evenly spaced edges (all but a few days a year, in any time zone) are asked for as histograms,
whose empty buckets are left out. Over 100,000 articles, 731 days and 60 sources, that is 40 ms instead of 800.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tantivy import Query

from indexer.engine import Count
from indexer.engines.tantivy.reading import Snapshot, all_of, tally

_BUCKETS = 60_000  # tantivy refuses an answer of more than 65,000
_RUNS = 16
_RANGES = "ranges"

Numbers = dict[str, list[int]]  # value → articles of each bucket


def histogram(
    snapshot: Snapshot, scope: Query, edges: Sequence[int], field: str, split: str | None
) -> dict[str, list[Count]]:
    """Return value → counts between the edges (seconds); values without any article are left out, unless split is None.

    Args:
        scope: matches nothing outside of the edges.
    """
    values = [""] if split is None else list(tally(snapshot, scope, split))
    copies = all_of(scope, Query.exists_query("copy_of"))
    series: dict[str, list[Count]] = {value: [] for value in values}
    counted = _Counted()
    step = max(1, _BUCKETS // max(1, len(values)) - 2)
    for first in range(0, len(edges) - 1, step):
        part = edges[first : first + step + 1]
        among_all = _numbers(snapshot, scope, part, field, split)
        among_copies = _numbers(snapshot, copies, part, field, split)
        none = [0] * (len(part) - 1)
        for value in values:
            pairs = zip(among_all.get(value, none), among_copies.get(value, none), strict=True)
            series[value] += [counted[pair] for pair in pairs]
    return series


class _Counted(dict[tuple[int, int], Count]):
    """Remembers counts by articles and copies: most buckets of a split are alike."""

    def __missing__(self, key: tuple[int, int]) -> Count:
        articles, copies = key
        made = self[key] = Count(articles, articles - copies)
        return made


def _numbers(snapshot: Snapshot, query: Query, edges: Sequence[int], field: str, split: str | None) -> Numbers:
    aggregations = _aggregations(edges, field)
    places = {start: place for place, start in enumerate(edges[:-1])}
    if split is None:
        return {"": _placed(snapshot.searcher.aggregate(query, aggregations), aggregations, places)}
    answer = snapshot.searcher.aggregate(
        query, {"values": {"terms": {"field": split, "size": _BUCKETS}, "aggs": aggregations}}
    )
    return {bucket["key"]: _placed(bucket, aggregations, places) for bucket in answer["values"]["buckets"]}


def _aggregations(edges: Sequence[int], field: str) -> dict[str, Any]:
    runs = even_runs(edges)
    if len(runs) > _RUNS:
        ranges = [{"from": start, "to": end} for start, end in pairwise(edges)]
        return {_RANGES: {"range": {"field": field, "ranges": ranges}}}
    return {
        str(start): {
            "histogram": {
                "field": field,
                "interval": step,
                "offset": start % step,
                "min_doc_count": 1,
                "hard_bounds": {"min": start, "max": end - 1},
            }
        }
        for start, end, step in runs
    }


def even_runs(edges: Sequence[int]) -> list[tuple[int, int, int]]:
    """Return (start, end, step) for each run of evenly spaced edges; the last step of a run may be shorter."""
    runs: list[tuple[int, int, int]] = []
    for start, end in pairwise(edges):
        if runs:
            first, last, step = runs[-1]
            if (last - first) % step == 0 and end - start <= step:
                runs[-1] = (first, end, step)
                continue
        runs.append((start, end, end - start))
    return runs


def _placed(answer: Mapping[str, Any], aggregations: Iterable[str], places: Mapping[int, int]) -> list[int]:
    """Return the articles of each bucket, by the place of its start; what lies outside of the edges is left out."""
    numbers = [0] * len(places)
    for name in aggregations:
        start = "from" if name == _RANGES else "key"
        for bucket in answer[name]["buckets"]:
            place = places.get(bucket.get(start))
            if place is not None:
                numbers[place] = bucket["doc_count"]
    return numbers
