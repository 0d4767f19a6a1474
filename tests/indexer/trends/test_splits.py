"""Trends split by source, class, country, language and author."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from config.sources import Source, SourceClass
from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Node, Value
from indexer.trends.series import Series, trend
from indexer.trends.splits import WHOLE, By, split_parts
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.oracle import matches

FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = 12
TRUCE: Node = Value("themes", frozenset({"truce"}))
AUTHORS = ("Jane Doe", "JANE DOE", "Anna Petrowa", "Ivan Ivanov", "Li Wei")


def source(id: str, country: str, source_class: SourceClass) -> Source:
    return Source(id=id, name=id, country=country, language="en", source_class=source_class, feeds=())


SOURCES = (
    source("alpha", "RU", "state"),
    source("beta", "RU", "independent"),
    source("gamma", "GB", "state"),
    source("delta", "UA", "public"),
)
_BY_ID = {one.id: one for one in SOURCES}
VALUES: dict[By, Callable[[Article], set[str]]] = {
    "source": lambda one: {one.source},
    "class": lambda one: {_BY_ID[one.source].source_class if one.source in _BY_ID else "unknown"},
    "country": lambda one: {_BY_ID[one.source].country if one.source in _BY_ID else "unknown"},
    "language": lambda one: {one.language} if one.language else set(),
    "author": lambda one: {author.lower() for author in one.authors},
}


@pytest.fixture(scope="module")
def crowd() -> list[Article]:
    random = Random(8)
    return [
        article(
            serial=serial,
            source=random.choice(("alpha", "alpha", "beta", "gamma", "delta", "removed")),
            language=random.choice(("en", "en", "ru", "uk", None)),
            authors=tuple(random.sample(AUTHORS, random.randrange(3))),
            published=FIRST + timedelta(minutes=random.randrange(DAYS * 1_440)),
            themes=frozenset(random.choice((["truce"], []))),
            copy_of=random.choice((None, None, "c" * 32)),
        )
        for serial in range(1, 401)
    ]


@pytest.fixture(scope="module")
def engine(crowd: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    opened = open_engine(f"tantivy:{tmp_path_factory.mktemp('splits') / 'index'}", writable=True)
    fill(opened, *crowd)
    yield opened
    opened.close()


def series_of(engine: Engine, by: By, most: int) -> list[Series]:
    """Return the series of the parts of the whole."""
    result = trend(
        engine,
        {"truce": TRUCE},
        interval="day",
        since=FIRST,
        until=FIRST + timedelta(days=DAYS),
        zone=ZoneInfo("UTC"),
        now=FIRST + timedelta(days=60),
        parts=split_parts(engine, TRUCE, by, SOURCES, most),
    )
    assert result.series[0].part is WHOLE
    return list(result.series[1:])


@pytest.mark.parametrize("by", get_args(By))
def test_each_part_counts_the_articles_with_its_value(engine: Engine, crowd: list[Article], by: By) -> None:
    for series in series_of(engine, by, 10):
        within = [one for one in crowd if (series.part.value or "") in (VALUES[by](one) or {""})]
        for day, bucket in enumerate(series.buckets):
            present = [one for one in within if one.published and (one.published - FIRST).days == day]
            matching = [one for one in present if matches(TRUCE, one)]
            assert (bucket.articles, bucket.total) == (len(matching), len(present))
            assert bucket.stories == sum(one.copy_of is None for one in matching)
            assert bucket.sources == len({one.source for one in present})


@pytest.mark.parametrize("by", ["source", "class", "country", "language"])
@pytest.mark.parametrize("most", [1, 2, 10])
def test_parts_add_up_to_the_whole(engine: Engine, crowd: list[Article], by: By, most: int) -> None:
    result = series_of(engine, by, most)
    for day in range(DAYS):
        on_day = [one for one in crowd if one.published and (one.published - FIRST).days == day]
        assert sum(series.buckets[day].total for series in result) == len(on_day)


def test_the_parts_are_the_largest_ones_and_one_for_the_rest(engine: Engine, crowd: list[Article]) -> None:
    matching = [one.source for one in crowd if matches(TRUCE, one)]
    ranked = sorted(set(matching), key=lambda id: (-matching.count(id), id))
    assert [series.part.value for series in series_of(engine, "source", 2)] == [*ranked[:2], None]


def test_spellings_of_an_author_are_one_part_labelled_as_written(engine: Engine) -> None:
    result = {series.part.value: series.part.label for series in series_of(engine, "author", 10)}
    assert result.keys() == {"jane doe", "anna petrowa", "ivan ivanov", "li wei", None}
    assert result["jane doe"] in ("Jane Doe", "JANE DOE")
    assert result["anna petrowa"] == "Anna Petrowa"


def test_an_author_is_not_labelled_with_the_longer_name_of_another(tmp_path: Path) -> None:
    opened = open_engine(f"tantivy:{tmp_path / 'index'}", writable=True)
    fill(opened, article(authors=("Anna Petrowa", "Anna"), themes=frozenset({"truce"})))
    assert [part.label for part in split_parts(opened, TRUCE, "author", SOURCES, 10)] == ["Anna", "Anna Petrowa"]
    opened.close()


def test_sources_that_are_no_longer_configured_have_an_unknown_class(engine: Engine, crowd: list[Article]) -> None:
    result = {series.part.value: series for series in series_of(engine, "class", 10)}
    removed = [one for one in crowd if one.source == "removed"]
    assert sum(bucket.total for bucket in result["unknown"].buckets) == len(removed) > 0


def test_a_query_without_matches_has_no_parts(engine: Engine) -> None:
    assert split_parts(engine, Value("themes", frozenset({"none"})), "source", SOURCES, 10) == ()
