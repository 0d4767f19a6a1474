"""Counting between given edges, split by the values of a field, whatever a server's limit of buckets is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any

from indexer.article import MomentField
from indexer.engine import Count, Split
from indexer.engines.elasticsearch.compile import instant
from indexer.engines.elasticsearch.errors import TooManyBuckets
from indexer.stored_form import seconds

_MAX_SERIES = 65_536
_NONE = Count(0, 0)
_count = lru_cache(maxsize=10_000)(Count)  # thousands of buckets hold the same few numbers

Ask = Callable[[dict[str, Any]], Any]


def counts(ask: Ask, edges: Sequence[datetime], field: MomentField, split: Split | None) -> dict[str, list[Count]]:
    """Return a list of counts per value of `split`, or one under "" without it.

    Args:
        ask: sends aggregations over the articles between the first edge and the last, and returns what came back.

    Raises:
        QueryTooBroad: more than 65,536 values between two edges.
    """
    try:
        return _counts(ask, edges, field, split)
    except TooManyBuckets:
        if len(edges) == 2:
            raise
    # The number of values is known only to the server, so it is asked for less when it says that it is too much.
    middle = len(edges) // 2
    halves = [(edges[: middle + 1], middle), (edges[middle:], len(edges) - 1 - middle)]
    whole: dict[str, list[Count]] = defaultdict(list)
    done = 0
    for part, length in halves:
        for value, series in counts(ask, part, field, split).items():
            whole[value] += [_NONE] * (done - len(whole[value])) + series
        done += length
    return {value: series + [_NONE] * (done - len(series)) for value, series in whole.items()}


def _counts(ask: Ask, edges: Sequence[datetime], field: MomentField, split: Split | None) -> dict[str, list[Count]]:
    moments = [seconds(edge) for edge in edges]
    places = {1_000 * moment: number for number, moment in enumerate(moments[:-1])}
    between = {**_buckets(edges, moments, field), "aggs": {"copies": {"value_count": {"field": "copy_of"}}}}
    if split is None:
        return {"": _series(ask({"between": between})["between"], places, len(edges) - 1)}
    values = {"terms": {"field": split, "size": _MAX_SERIES}, "aggs": {"between": between}}
    buckets = ask({"values": values})["values"]["buckets"]
    series = {bucket["key"]: _series(bucket["between"], places, len(edges) - 1) for bucket in buckets}
    # In one half of the edges a value may have nothing.
    return {value: counted for value, counted in series.items() if any(count is not _NONE for count in counted)}


def _buckets(edges: Sequence[datetime], moments: Sequence[int], field: MomentField) -> dict[str, Any]:
    widths = {end - start for start, end in pairwise(moments)}
    if len(widths) > 1 or 0 in widths:
        ranges = [{"from": instant(start), "to": instant(end)} for start, end in pairwise(edges)]
        return {"date_range": {"field": field, "ranges": ranges}}
    (width,) = widths  # evenly spaced, which costs a server half as much
    steps = {"fixed_interval": f"{width}s", "offset": f"{moments[0] % width}s", "min_doc_count": 1}
    return {"date_histogram": {"field": field, **steps}}


def _series(between: dict[str, Any], places: dict[int, int], length: int) -> list[Count]:
    series = [_NONE] * length
    for bucket in between["buckets"]:
        if number := bucket["doc_count"]:
            start = bucket["from"] if "from" in bucket else bucket["key"]
            series[places[start]] = _count(number, number - bucket["copies"]["value"])
    return series
