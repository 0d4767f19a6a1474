"""The requests that Kibana sends for what people type there, and for the saved dashboard, count as Parley does."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from indexer.article import Article
from indexer.engine import Engine, open_engine
from indexer.query.tree import Everything, Forms, Has, Not, Phrase
from indexer.words import tokens
from tests.support.engines import by_date, fill
from tests.support.queries import source
from tests.support.trees import START, VOCABULARY, random_article

SAVED = {
    (each["type"], each["id"]): each
    for each in map(json.loads, (Path(__file__).parents[3] / "docs/kibana/dashboard.ndjson").read_text().splitlines())
}
CLASSES = {"alpha": "state", "beta": "wire"}  # "gamma" is no longer configured
DAYS = [START + timedelta(days=number) for number in range(11)]
WORDS = (
    *("peace", "PEACE", "don't", "DON’T", "donʼt", "u.s", "3.14", "16", "мирный", "ПЕРЕГОВОРЫ", "п'ять", "п’ять"),
    *("verhandlung", "trêve", "TRÊVE", "trève", "rozejm", "straße", "ёлка", "Ёлка", "елка", "їжак"),
)
# Values of other fields: of themes, a source, a language, an address, a way to find a date.
NO_WORDS = ("truce", "alpha", "en", "example", "feed", "second", "a")


NAME = f"dashboard-{uuid4().hex}"
SPLITS: dict[str, Any] = {"parley-themes": "themes", "parley-languages": "language"}
# What Kibana makes of the queries of the charts.
KQL: dict[str, dict[str, Any]] = {
    "": {"match_all": {}},
    "not copy_of: *": {
        "bool": {"must_not": {"bool": {"should": [{"exists": {"field": "copy_of"}}], "minimum_should_match": 1}}}
    },
}


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    random = Random(23)
    return [random_article(random, serial) for serial in range(1, 161)]


@pytest.fixture(scope="module")
def engine(elasticsearch_url: str, articles: list[Article]) -> Iterator[Engine]:
    opened = open_engine(f"{elasticsearch_url}/{NAME}", writable=True)
    opened.describe([source("alpha", "Alpha", "RU", "state"), source("beta", "Beta", "AT", "wire")])
    fill(opened, *articles)
    yield opened
    opened.close()


@pytest.fixture
def kibana(elasticsearch_url: str, engine: Engine) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url.replace("elasticsearch:", "http:")) as client:
        yield client


def number(kibana: Elasticsearch, query: dict[str, Any]) -> int:
    count: int = kibana.count(index=NAME, query={"bool": {"filter": [query]}})["count"]
    return count


def lucene(text: str) -> dict[str, Any]:
    """Return the request for what is typed in the language Lucene."""
    return {"query_string": {"query": text, "analyze_wildcard": True, "time_zone": "Europe/Berlin"}}


def kql(text: str, kind: str) -> dict[str, Any]:
    """Return the request for words typed in KQL without a field."""
    return {"multi_match": {"type": kind, "query": text, "lenient": True}}


@pytest.mark.parametrize("word", [*WORDS, *NO_WORDS])
def test_a_bare_word_counts_as_the_word_does_in_parley(kibana: Elasticsearch, engine: Engine, word: str) -> None:
    (token,) = tokens(word)
    expected = engine.count(Forms("words", frozenset({token})))
    assert number(kibana, lucene(word)) == number(kibana, kql(word, "best_fields")) == expected
    assert bool(expected) is (word in WORDS)


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("name", "field"), [("title", "title_words"), ("author", "author_words")])
def test_a_word_in_a_field_counts_as_the_word_does_in_parley(
    kibana: Elasticsearch, engine: Engine, word: str, name: str, field: Any
) -> None:
    (token,) = tokens(word)
    expected = engine.count(Forms(field, frozenset({token})))
    match = {"bool": {"should": [{"match": {name: word}}], "minimum_should_match": 1}}
    assert number(kibana, lucene(f"{name}:{word}")) == number(kibana, match) == expected > 0


def test_a_bare_phrase_counts_as_the_phrase_does_in_parley(kibana: Elasticsearch, engine: Engine) -> None:
    words = [word for word in VOCABULARY if word != "✌"]
    total = 0
    for first, second in zip(words, words[3:], strict=False):
        phrase = Phrase("words", (Forms("words", frozenset({first})), Forms("words", frozenset({second}))))
        expected = engine.count(phrase)
        text = f'"{first} {second}"'
        assert number(kibana, lucene(text)) == number(kibana, kql(text.strip('"'), "phrase")) == expected
        total += expected
    assert total > 10


@pytest.mark.parametrize("id", ["parley-themes", "parley-classes", "parley-languages"])
def test_a_chart_of_the_dashboard_shows_the_counts_of_parley(kibana: Elasticsearch, engine: Engine, id: str) -> None:
    state = SAVED["lens", id]["attributes"]["state"]
    (layer,) = state["datasourceStates"]["formBased"]["layers"].values()
    group = layer["columns"]["group"]
    values = {"field": group["sourceField"], "size": group["params"]["size"], "order": {"_count": "desc"}}
    values |= {"missing": "__missing__"} if group["params"]["missingBucket"] else {}
    date = {"field": layer["columns"]["when"]["sourceField"], "calendar_interval": "1d", "time_zone": "UTC"}
    result = kibana.search(
        index=NAME,
        size=0,
        query={"bool": {"filter": [KQL[state["query"]["query"]], within("published", DAYS[0], DAYS[-1])]}},
        aggs={"group": {"terms": values, "aggs": {"when": {"date_histogram": {**date, "min_doc_count": 1}}}}},
    )
    shown = {
        bucket["key"]: {day["key"]: day["doc_count"] for day in bucket["when"]["buckets"]}
        for bucket in result["aggregations"]["group"]["buckets"]
    }
    assert shown == by_parley(engine, id)
    assert result["aggregations"]["group"]["sum_other_doc_count"] == 0


def within(field: str, start: datetime, end: datetime) -> dict[str, Any]:
    """Return the filter of the time that is chosen above a dashboard."""
    limits = {"gte": start.isoformat(), "lt": end.isoformat(), "format": "strict_date_optional_time"}
    return {"range": {field: limits}}


def by_parley(engine: Engine, id: str) -> dict[str, dict[int, int]]:
    """Return value → day (Unix milliseconds) → what Parley counts for a chart."""
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    if id == "parley-classes":
        series = engine.histogram(Not(Has("copy_of")), DAYS, split="source")
    else:
        series = engine.histogram(Everything(), DAYS, split=SPLITS[id])
    for value, row in series.items():
        key = CLASSES.get(value, "__missing__") if id == "parley-classes" else value
        for day, count in zip(DAYS, row, strict=False):
            if count.articles:
                counts[key][1_000 * int(day.timestamp())] += count.articles
    assert len(counts) >= 3
    return counts


def test_the_list_of_the_dashboard_shows_the_newest_articles_without_helper_fields(
    kibana: Elasticsearch, articles: list[Article]
) -> None:
    attributes, view = SAVED["search", "parley-newest"]["attributes"], SAVED["index-pattern", "parley"]["attributes"]
    hidden = [each["value"] for each in json.loads(view["sourceFilters"])]
    result = kibana.search(
        index=NAME,
        size=50,
        query={"bool": {"filter": [within(view["timeFieldName"], DAYS[0], DAYS[-1])]}},
        sort=[{field: {"order": order, "format": "strict_date_optional_time"}} for field, order in attributes["sort"]],
        fields=[{"field": "*", "include_unmapped": True}],
        source={"excludes": hidden},
    )
    newest = [each for each in by_date(articles) if each.published]
    assert result["hits"]["total"]["value"] == len(newest)
    rows = [hit["fields"] for hit in result["hits"]["hits"]]
    assert [row["published"] for row in rows] == [[f"{each.published:%Y-%m-%dT%H:%M:%S.000Z}"] for each in newest[:50]]
    by_serial = {each.serial: each for each in articles}
    for row, hit in zip(rows, result["hits"]["hits"], strict=True):
        shown = by_serial[row["serial"][0]]
        assert not set(hidden) & hit["_source"].keys()
        columns = {
            "headline": [shown.title] if shown.title else None,
            "source": [shown.source],
            "class": [CLASSES[shown.source]] if shown.source in CLASSES else None,
            "language": [shown.language] if shown.language else None,
            "themes": sorted(shown.themes) or None,
        }
        assert {name: row.get(name) for name in attributes["columns"]} == columns
