"""Counts between edges, split by the values of a field, within the limit of buckets that a server allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
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

Aggregate = Callable[[dict[str, Any]], Any]


def count_by_bucket(
    aggregate: Aggregate, edges: Sequence[datetime], field: MomentField, split: Split | None
) -> dict[str, list[Count]]:
    """Return value → counts; if `split` is None, a single series under the key "".

    Args:
        aggregate: runs aggregations over the articles between the first and last edge and returns the result.

    Raises:
        QueryTooBroad: there are more than 65,536 values between two edges.
    """
    try:
        return _count(aggregate, edges, field, split)
    except TooManyBuckets:
        if len(edges) == 2:
            raise
    # Only the server knows the number of values, so the edges are halved when it reports too many buckets.
    middle = len(edges) // 2
    halves = [(edges[: middle + 1], middle), (edges[middle:], len(edges) - 1 - middle)]
    whole: dict[str, list[Count]] = defaultdict(list)
    done = 0
    for part, length in halves:
        for value, series in count_by_bucket(aggregate, part, field, split).items():
            whole[value] += [_NONE] * (done - len(whole[value])) + series
        done += length
    return {value: series + [_NONE] * (done - len(series)) for value, series in whole.items()}


def _count(
    aggregate: Aggregate, edges: Sequence[datetime], field: MomentField, split: Split | None
) -> dict[str, list[Count]]:
    moments = [to_seconds(edge) for edge in edges]
    places = {1_000 * moment: number for number, moment in enumerate(moments[:-1])}
    between = {**_buckets(edges, moments, field), "aggs": {"copies": {"value_count": {"field": "copy_of"}}}}
    if split is None:
        return {"": _read_series(aggregate({"between": between})["between"], places, len(edges) - 1)}
    values = {"terms": {"field": split, "size": _MAX_SERIES}, "aggs": {"between": between}}
    buckets = aggregate({"values": values})["values"]["buckets"]
    series = {bucket["key"]: _read_series(bucket["between"], places, len(edges) - 1) for bucket in buckets}
    # When the edges were halved, a value may have no articles in this half.
    return {value: counts for value, counts in series.items() if any(count is not _NONE for count in counts)}


def _buckets(edges: Sequence[datetime], moments: Sequence[int], field: MomentField) -> dict[str, Any]:
    widths = {end - start for start, end in pairwise(moments)}
    if len(widths) > 1 or 0 in widths:
        ranges = [{"from": format_moment(start), "to": format_moment(end)} for start, end in pairwise(edges)]
        return {"date_range": {"field": field, "ranges": ranges}}
    (width,) = widths  # evenly spaced edges take a server half the time
    steps = {"fixed_interval": f"{width}s", "offset": f"{moments[0] % width}s", "min_doc_count": 1}
    return {"date_histogram": {"field": field, **steps}}


def _read_series(between: dict[str, Any], places: dict[int, int], length: int) -> list[Count]:
    series = [_NONE] * length
    for bucket in between["buckets"]:
        if number := bucket["doc_count"]:
            start = bucket["from"] if "from" in bucket else bucket["key"]
            series[places[start]] = _make_count(number, number - bucket["copies"]["value"])
    return series
