"""Trends are the same on every engine, for a single day as for years of hours."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from config.sources import Source
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Forms, Node, Value
from indexer.trends.calendar import Interval
from indexer.trends.series import trend
from indexer.trends.splits import By, split_parts
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.planted import DAY, FIRST, LENGTH, SPIKE, planted

BERLIN = ZoneInfo("Europe/Berlin")
TRUCE: Node = Value("themes", frozenset({"truce"}))
QUESTIONS = {
    "truce": TRUCE,
    "negotiations": Value("themes", frozenset({"negotiations"})),
    "winter": Forms("words", frozenset({"winter"})),
}
SOURCES = (
    Source(id="alpha", name="alpha", country="GB", language="en", source_class="state", feeds=()),
    Source(id="beta", name="beta", country="GB", language="en", source_class="public", feeds=()),
)


@pytest.mark.parametrize("interval", get_args(Interval))
def test_trends_splits_and_spikes_are_the_same_on_every_engine(
    engine: Engine, tmp_path: Path, interval: Interval
) -> None:
    reference = open_engine(f"tantivy:{tmp_path / 'reference'}", writable=True)
    for one in (engine, reference):
        fill(one, *planted(), article(serial=90_001, published=None, themes=frozenset({"truce"})))

    def answers(one: Engine) -> object:
        return trend(
            one,
            QUESTIONS,
            interval=interval,
            since=SPIKE - 60 * DAY,
            until=FIRST + LENGTH * DAY,
            zone=BERLIN,
            now=FIRST + LENGTH * DAY,
            parts=[part for by in get_args(By) for part in split_parts(one, TRUCE, by, SOURCES, 2)],
            corrected=True,
        )

    assert answers(engine) == answers(reference)
    reference.close()


def test_hourly_counts_over_two_years_match_brute_force_on_every_engine(engine: Engine) -> None:
    random = Random(4)
    first = datetime(2024, 11, 9, 23, tzinfo=UTC)  # a midnight in Berlin
    hours = 2 * 365 * 24
    articles = [
        article(
            serial=serial,
            published=first + timedelta(seconds=random.randrange(hours * 3_600)),
            source=random.choice(("alpha", "beta")),
            themes=frozenset(random.choice((["truce"], ["negotiations"], []))),
        )
        for serial in range(1, 2_001)
    ]
    fill(engine, *articles)
    trends = trend(
        engine,
        QUESTIONS,
        interval="hour",
        since=first,
        until=first + timedelta(hours=hours),
        zone=BERLIN,
        now=first + timedelta(hours=hours),
    )
    everything = _by_hour(articles, first)
    for name in ("truce", "negotiations"):
        expected = _by_hour([one for one in articles if name in one.themes], first)
        series = next(each for each in trends.series if each.name == name)
        assert len(series.buckets) == hours
        assert {number: bucket.articles for number, bucket in enumerate(series.buckets) if bucket.articles} == expected
        assert {number: bucket.total for number, bucket in enumerate(series.buckets) if bucket.total} == everything


def _by_hour(articles: list[Article], first: datetime) -> Counter[int]:
    return Counter((one.published - first) // timedelta(hours=1) for one in articles if one.published)
