"""Counts of which a server does not answer all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from indexer.engine import Count
from indexer.engines.elasticsearch.errors import TooManyBuckets
from indexer.engines.elasticsearch.histogram import count_arrivals, count_by_bucket, count_values

START = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = [START + number * timedelta(days=1) for number in range(12)]
HOURS = [START + number * timedelta(hours=1) for number in range(12 * 24)]
LONGEST = 4  # edges


def buckets(edges: Sequence[datetime]) -> dict[str, Any]:
    """Return what a server answers when there is one article in each bucket; evenly spaced ones are named by their start."""
    return {
        "buckets": [
            {"key": 1_000 * int(edge.timestamp()), "doc_count": 1, "copies": {"value": 0}} for edge in edges[:-1]
        ]
    }


def test_too_many_buckets_are_counted_in_parts_each_of_its_own_articles() -> None:
    parts = []

    def aggregate(_aggregations: object, part: Sequence[datetime]) -> dict[str, Any]:
        if len(part) > LONGEST:
            raise TooManyBuckets("too many")
        parts.append(list(part))
        return {"values": {"buckets": [{"key": "alpha", "between": buckets(part)}]}}

    series = count_by_bucket(aggregate, DAYS, "published", "source")
    assert series == {"alpha": [Count(1, 1)] * 11}
    assert parts[0][0] == DAYS[0]
    assert [part[0] for part in parts[1:]] == [part[-1] for part in parts[:-1]]
    assert parts[-1][-1] == DAYS[-1]


def test_too_many_arrivals_are_counted_in_parts() -> None:
    def aggregate(_aggregations: object, part: Sequence[datetime]) -> dict[str, Any]:
        if len(part) > LONGEST:
            raise TooManyBuckets("too many")
        return {"rows": {"buckets": [{"between": buckets([day, day])} for day in part[:-1]]}}

    rows = count_arrivals(aggregate, DAYS, HOURS)
    assert rows == [{24 * day: Count(1, 1)} for day in range(11)]


def test_too_many_sources_are_counted_in_parts() -> None:
    def aggregate(_aggregations: object, part: Sequence[datetime]) -> dict[str, Any]:
        if len(part) > LONGEST:
            raise TooManyBuckets("too many")
        return {"values": {"buckets": [{"between": buckets(part)}, {"between": buckets(part[:2])}]}}

    numbers = count_values(aggregate, DAYS, "published", "source")
    assert sum(numbers) == 11 + 4
    assert numbers[0] == 2
