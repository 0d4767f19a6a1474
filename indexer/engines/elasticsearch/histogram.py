"""Counts between edges, split by the values of a field, within the limit of buckets that a server allows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from indexer.article import MomentField
from indexer.engine import Count, Split
from indexer.engines.elasticsearch.compile import format_moment
from indexer.engines.elasticsearch.errors import TooManyBuckets
from indexer.stored_form import to_seconds

_MAX_SERIES = 65_536
_NONE = Count(0, 0)
_make_count = lru_cache(maxsize=10_000)(Count)  # thousands of buckets contain the same few numbers

Aggregate = Callable[[dict[str, Any], Sequence[datetime]], Any]


def count_by_bucket(
    aggregate: Aggregate, edges: Sequence[datetime], field: MomentField, split: Split | None
) -> dict[str, list[Count]]:
    """Return value → counts; if `split` is None, a single series under the key "".

    Args:
        aggregate: runs aggregations over the articles between the first and last of some edges and returns the result.

    Raises:
        QueryTooBroad: there are more than 65,536 values between two edges.
    """
    try:
        return _count(aggregate, edges, field, split)
    except TooManyBuckets:
        if len(edges) == 2:
            raise
    # Only the server knows the number of values, so the edges are halved when it reports too many buckets.
    whole: dict[str, list[Count]] = defaultdict(list)
    done = 0
    for part in _halves(edges):
        for value, series in count_by_bucket(aggregate, part, field, split).items():
            whole[value] += [_NONE] * (done - len(whole[value])) + series
        done += len(part) - 1
    return {value: series + [_NONE] * (done - len(series)) for value, series in whole.items()}


def count_values(aggregate: Aggregate, edges: Sequence[datetime], field: MomentField, split: Split) -> list[int]:
    """Return the number of values with articles between neighbouring edges; arguments and errors as in `count_by_bucket`."""
    moments = [to_seconds(edge) for edge in edges]
    between = {"between": _buckets(edges, moments, field)}
    values = {"terms": {"field": split, "size": _MAX_SERIES}, "aggs": between}
    try:
        buckets = aggregate({"values": values}, edges)["values"]["buckets"]
    except TooManyBuckets:
        if len(edges) == 2:
            raise
        return [number for part in _halves(edges) for number in count_values(aggregate, part, field, split)]
    active = Counter(
        bucket["from"] if "from" in bucket else bucket["key"]
        for value in buckets
        for bucket in value["between"]["buckets"]
        if bucket["doc_count"]
    )
    return [active[moment] for moment in _places(moments)]


def count_arrivals(
    aggregate: Aggregate, published: Sequence[datetime], collected: Sequence[datetime]
) -> list[dict[int, Count]]:
    """Return for each pair of edges of publication: number of the pair of edges of collection → counts.

    Args:
        aggregate: runs aggregations over the articles between the first and last of some edges of publication, and of all
            edges of collection, and returns the result.
    """
    moments = [to_seconds(edge) for edge in collected]
    ranges = [{"from": format_moment(start), "to": format_moment(end)} for start, end in pairwise(published)]
    between = _between(collected, moments, "collected")
    rows = {"date_range": {"field": "published", "ranges": ranges}, "aggs": {"between": between}}
    try:
        buckets = aggregate({"rows": rows}, published)["rows"]["buckets"]
    except TooManyBuckets:
        if len(published) == 2:
            raise
        return [row for part in _halves(published) for row in count_arrivals(aggregate, part, collected)]
    places = _places(moments)
    return [dict(_read_counts(bucket["between"], places)) for bucket in buckets]


def _halves(edges: Sequence[datetime]) -> tuple[Sequence[datetime], Sequence[datetime]]:
    middle = len(edges) // 2
    return edges[: middle + 1], edges[middle:]


def _count(
    aggregate: Aggregate, edges: Sequence[datetime], field: MomentField, split: Split | None
) -> dict[str, list[Count]]:
    moments = [to_seconds(edge) for edge in edges]
    places = _places(moments)
    between = _between(edges, moments, field)
    if split is None:
        return {"": _read_series(aggregate({"between": between}, edges)["between"], places, len(edges) - 1)}
    values = {"terms": {"field": split, "size": _MAX_SERIES}, "aggs": {"between": between}}
    buckets = aggregate({"values": values}, edges)["values"]["buckets"]
    series = {bucket["key"]: _read_series(bucket["between"], places, len(edges) - 1) for bucket in buckets}
    # When the edges were halved, a value may have no articles in this half.
    return {value: counts for value, counts in series.items() if any(count is not _NONE for count in counts)}


def _places(moments: Sequence[int]) -> dict[int, int]:
    """Return start of a bucket, as a server names it → its number."""
    return {1_000 * moment: number for number, moment in enumerate(moments[:-1])}


def _between(edges: Sequence[datetime], moments: Sequence[int], field: MomentField) -> dict[str, Any]:
    return {**_buckets(edges, moments, field), "aggs": {"copies": {"value_count": {"field": "copy_of"}}}}


def _buckets(edges: Sequence[datetime], moments: Sequence[int], field: MomentField) -> dict[str, Any]:
    widths = [end - start for start, end in pairwise(moments)]
    width = widths[0]
    # Evenly spaced edges take a server half the time, and buckets without articles are left out; the last may be shorter.
    if set(widths[:-1]) - {width} or not 0 < widths[-1] <= width:
        ranges = [{"from": format_moment(start), "to": format_moment(end)} for start, end in pairwise(edges)]
        return {"date_range": {"field": field, "ranges": ranges}}
    steps = {"fixed_interval": f"{width}s", "offset": f"{moments[0] % width}s", "min_doc_count": 1}
    return {"date_histogram": {"field": field, **steps}}


def _read_series(between: dict[str, Any], places: dict[int, int], length: int) -> list[Count]:
    series = [_NONE] * length
    for place, count in _read_counts(between, places):
        series[place] = count
    return series


def _read_counts(between: dict[str, Any], places: dict[int, int]) -> Iterator[tuple[int, Count]]:
    """Yield the number of each bucket that has articles, and its counts."""
    for bucket in between["buckets"]:
        if number := bucket["doc_count"]:
            start = bucket["from"] if "from" in bucket else bucket["key"]
            yield places[start], _make_count(number, number - bucket["copies"]["value"])
