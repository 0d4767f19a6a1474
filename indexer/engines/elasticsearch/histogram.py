"""Counting between given edges, split by the values of a field, whatever a server's limit of buckets is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from indexer.engine import Count, Split
from indexer.engines.elasticsearch.compile import instant
from indexer.engines.elasticsearch.errors import TooManyBuckets
from indexer.query.tree import MomentField

_MAX_SERIES = 65_536
_NONE = Count(0, 0)

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
    between = {
        "date_range": {
            "field": field,
            "ranges": [{"from": instant(start), "to": instant(end)} for start, end in pairwise(edges)],
        },
        "aggs": {"copies": {"value_count": {"field": "copy_of"}}},
    }
    if split is None:
        return {"": _series(ask({"between": between})["between"])}
    values = {"terms": {"field": split, "size": _MAX_SERIES}, "aggs": {"between": between}}
    series = {bucket["key"]: _series(bucket["between"]) for bucket in ask({"values": values})["values"]["buckets"]}
    # In one half of the edges a value may have nothing.
    return {value: counted for value, counted in series.items() if any(count.articles for count in counted)}


def _series(between: dict[str, Any]) -> list[Count]:
    buckets = between["buckets"]
    return [Count(each["doc_count"], each["doc_count"] - int(each["copies"]["value"])) for each in buckets]
