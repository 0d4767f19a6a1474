"""Counts articles between moments with tantivy's aggregations.

Converting tantivy's results to Python takes far longer than counting, so the results are kept small. Stories are computed as
articles minus copies, since copies are few. Evenly spaced edges are requested as histograms, which leave out empty buckets; in
every time zone, all but a few days of a year are evenly spaced. For 100,000 articles, 731 days and 60 sources, this takes 40 ms
instead of 800.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from tantivy import Query

from indexer.engine import Count
from indexer.engines.tantivy.reading import Snapshot, intersect

_BUCKETS = 60_000  # tantivy fails when a result has more than 65,000
_RUNS = 16  # with more runs of evenly spaced edges, one range aggregation is used instead of a histogram for each
_RANGES = "ranges"

Numbers = dict[str, list[int]]  # value → number of articles in each bucket


def histogram(
    snapshot: Snapshot, scope: Query, edges: Sequence[int], field: str, split: str | None
) -> dict[str, list[Count]]:
    """Return value → counts between the edges (Unix seconds).

    Values without articles are left out. If `split` is None, there is one series under the key "".

    Args:
        scope: must match no articles outside the edges.
    """
    copies = intersect(scope, Query.exists_query("copy_of"))
    series: dict[str, list[Count]] = {}
    counts = _CountCache()
    for first, part in _parts(snapshot, edges, split):
        article_numbers = _count_buckets(snapshot, scope, part, field, split)
        copy_numbers = _count_buckets(snapshot, copies, part, field, split)
        zeros = [0] * (len(part) - 1)
        for value, numbers in article_numbers.items():
            before = series.setdefault(value, [])
            before += [counts[0, 0]] * (first - len(before))  # it has no article in the parts left out
            before += [counts[pair] for pair in zip(numbers, copy_numbers.get(value, zeros), strict=True)]
    missing = len(edges) - 1
    return {value: each + [counts[0, 0]] * (missing - len(each)) for value, each in sorted(series.items())}


def count_values(snapshot: Snapshot, scope: Query, edges: Sequence[int], field: str, split: str) -> list[int]:
    """Return the number of values with articles between neighbouring edges (Unix seconds).

    Args:
        scope: must match no articles outside the edges.
    """
    counts: list[int] = []
    for _, part in _parts(snapshot, edges, split):
        numbers = _count_buckets(snapshot, scope, part, field, split).values()
        counts += [len(each) - each.count(0) for each in zip(*numbers, strict=True)] or [0] * (len(part) - 1)
    return counts


def count_arrivals(
    snapshot: Snapshot, scope: Query, published: Sequence[int], collected: Sequence[int]
) -> list[dict[int, Count]]:
    """Return for each pair of edges of publication: number of the pair of edges of collection → counts (Unix seconds).

    Args:
        scope: must match no articles outside the edges.
    """
    copies = intersect(scope, Query.exists_query("copy_of"))
    rows: list[dict[int, Count]] = []
    counts = _CountCache()
    step = max(1, _BUCKETS // len(collected))
    for first in range(0, len(published) - 1, step):
        part = published[first : first + step + 1]
        copy_rows = _count_rows(snapshot, copies, part, collected)
        for row, copied in zip(_count_rows(snapshot, scope, part, collected), copy_rows, strict=True):
            rows.append({place: counts[number, copied.get(place, 0)] for place, number in row.items()})
    return rows


def _count_rows(
    snapshot: Snapshot, query: Query, published: Sequence[int], collected: Sequence[int]
) -> list[dict[int, int]]:
    ranges = [{"from": start, "to": end} for start, end in pairwise(published)]
    aggregations = _build_aggregations(collected, "collected")
    rows = {"range": {"field": "published", "ranges": ranges}, "aggs": aggregations}
    places = _places(collected)
    buckets = {
        bucket.get("from"): bucket for bucket in snapshot.searcher.aggregate(query, {"rows": rows})["rows"]["buckets"]
    }
    return [dict(_buckets_of(buckets[start], aggregations, places)) for start in published[:-1]]


def _parts(snapshot: Snapshot, edges: Sequence[int], split: str | None) -> Iterator[tuple[int, Sequence[int]]]:
    """Yield parts of the edges that are small enough for tantivy, each with the index of its first edge."""
    values = snapshot.number_of_values(split) if split else 1
    step = max(1, _BUCKETS // max(1, values) - 2)
    for first in range(0, len(edges) - 1, step):
        yield first, edges[first : first + step + 1]


class _CountCache(dict[tuple[int, int], Count]):
    """Creates a count for each pair (articles, copies) only once, because most buckets of a split are equal."""

    def __missing__(self, key: tuple[int, int]) -> Count:
        articles, copies = key
        count = self[key] = Count(articles, articles - copies)
        return count


def _count_buckets(snapshot: Snapshot, query: Query, edges: Sequence[int], field: str, split: str | None) -> Numbers:
    aggregations = _build_aggregations(edges, field)
    places = _places(edges)
    if split is None:
        return {"": _read_buckets(snapshot.searcher.aggregate(query, aggregations), aggregations, places)}
    result = snapshot.searcher.aggregate(
        query, {"values": {"terms": {"field": split, "size": _BUCKETS}, "aggs": aggregations}}
    )
    return {bucket["key"]: _read_buckets(bucket, aggregations, places) for bucket in result["values"]["buckets"]}


def _build_aggregations(edges: Sequence[int], field: str) -> dict[str, Any]:
    runs = find_even_runs(edges)
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


def find_even_runs(edges: Sequence[int]) -> list[tuple[int, int, int]]:
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


def _places(edges: Sequence[int]) -> dict[int, int]:
    """Return start of a bucket → its number."""
    return {start: place for place, start in enumerate(edges[:-1])}


def _read_buckets(result: Mapping[str, Any], aggregations: Iterable[str], places: Mapping[int, int]) -> list[int]:
    """Return the number of articles in each bucket, in the order of `places` (start → index); ignore other buckets."""
    numbers = [0] * len(places)
    for place, number in _buckets_of(result, aggregations, places):
        numbers[place] = number
    return numbers


def _buckets_of(
    result: Mapping[str, Any], aggregations: Iterable[str], places: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the index of each bucket with articles, and their number."""
    for name in aggregations:
        start = "from" if name == _RANGES else "key"
        for bucket in result[name]["buckets"]:
            place = places.get(bucket.get(start))
            if place is not None and bucket["doc_count"]:
                yield place, bucket["doc_count"]
