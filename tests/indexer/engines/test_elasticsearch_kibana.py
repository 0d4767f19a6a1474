"""What people find who search the index in Kibana, without Parley."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from crawler.archive.archive import open_archive
from indexer.engine import open_engine
from indexer.jobs.articles import KeptArticle, keep_articles
from indexer.jobs.rebuild import rebuild
from indexer.themes.tagger import Tagger
from tests.support.builders import article
from tests.support.engines import fill
from tests.support.queries import source


@pytest.fixture
def address(elasticsearch_url: str) -> str:
    return f"{elasticsearch_url}/kibana-{uuid4().hex}"


@pytest.fixture
def server(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    """Return a client such as Kibana's."""
    with Elasticsearch(elasticsearch_url.replace("elasticsearch:", "http:")) as client:
        yield client


def name_of(address: str) -> str:
    return address.rpartition("/")[2]


def test_a_search_in_kibana_ignores_case(address: str, server: Elasticsearch) -> None:
    engine = open_engine(address, writable=True)
    fill(engine, article(serial=1, text="Переговоры о мире", themes=frozenset({"truce"})))
    result = server.search(
        index=name_of(address), query={"query_string": {"query": "words:ПЕРЕГОВОРЫ AND themes:truce"}}
    )
    assert result["hits"]["total"]["value"] == 1
    daily = {"date_histogram": {"field": "published", "calendar_interval": "day"}}
    result = server.search(index=name_of(address), size=0, aggs={"days": daily})
    assert [bucket["doc_count"] for bucket in result["aggregations"]["days"]["buckets"]] == [1]
    engine.close()


@pytest.mark.parametrize(
    ("query", "matches"),
    [
        ("truce", [1, 2]),
        ("TRUCE", [1, 2]),
        ("title:Truce", [2]),
        ("text:truce", [1, 2]),
        ('text:"the truce"', [1, 2]),
        ("author:Writer", [1, 2, 3]),
        ("peace", []),  # a theme, and no word of a text
        ("en", []),
        ("@timestamp:[2020-01-01 TO *]", [1, 2, 3]),
        ("переговоры", [3]),
        ("title:ПЕРЕГОВОРЫ", [3]),
    ],
)
def test_people_in_kibana_find_words_without_knowing_the_fields(
    address: str, server: Elasticsearch, query: str, matches: list[int]
) -> None:
    engine = open_engine(address, writable=True)
    fill(
        engine,
        article(
            serial=1, title="Envoys meet", text="The truce holds.", authors=("A. Writer",), themes=frozenset({"peace"})
        ),
        article(serial=2, title="Truce", text="After the truce.", authors=("A. Writer",)),
        article(serial=3, title="Переговоры", text="О мире.", authors=("A. Writer",), language="ru"),
    )
    result = server.search(index=name_of(address), query={"query_string": {"query": query}}, sort="serial")
    assert [hit["_source"]["serial"] for hit in result["hits"]["hits"]] == matches
    engine.close()


def test_people_in_kibana_find_articles_by_class_and_country_of_the_source(address: str, server: Elasticsearch) -> None:
    def matches(query: str) -> list[int]:
        result = server.search(index=name_of(address), query={"query_string": {"query": query}}, sort="serial", size=9)
        return [hit["_source"]["serial"] for hit in result["hits"]["hits"]]

    engine = open_engine(address, writable=True)
    engine.describe([source("tass", "TASS", "RU", "state"), source("apa", "APA", "AT", "wire")])
    fill(engine, *(article(serial=number, source=name) for number, name in enumerate(("tass", "apa", "gone"), 1)))
    assert (matches("class:state"), matches("country:AT"), matches("NOT class:*")) == ([1], [2], [3])
    engine.set_themes({article(serial=1).id: frozenset({"truce"})})
    engine.refresh()
    assert matches("class:state AND themes:truce") == [1]
    engine.close()


def test_stored_articles_follow_when_the_class_or_country_of_a_source_changes(
    address: str, server: Elasticsearch
) -> None:
    engine = open_engine(address, writable=True)
    fill(engine, *(article(serial=number, source="apa" if number % 2 else "tass") for number in range(1, 1_203)))
    calls = 0
    for sources in (
        [source("tass", "TASS", "RU", "state"), source("apa", "APA", "AT", "wire")],
        [source("tass", "TASS", "RU", "state"), source("apa", "APA", "DE", "wire")],
        [source("tass", "TASS", "RU", "wire")],
    ):
        calls += 1
        while engine.describe(sources):
            calls += 1
    assert calls == 3 + 2 + 2
    for query in ("source:apa AND class:wire AND country:DE", "source:tass AND class:wire AND country:RU"):
        assert server.count(index=name_of(address), q=query)["count"] == 601
    engine.close()


def test_a_rebuilt_index_has_the_classes_and_countries_of_today(
    address: str, server: Elasticsearch, tmp_path: Path
) -> None:
    archive = open_archive(tmp_path)
    with archive.database.write() as connection:
        keep_articles(connection, [KeptArticle(article(serial=number, source="apa"), number, 1) for number in (1, 2)])
    rebuild(
        address, archive.database, Tagger([]), [source("apa", "APA", "AT", "wire")], progress=lambda done, total: None
    ).close()
    archive.close()
    assert server.count(index=name_of(address), q="class:wire AND country:AT")["count"] == 2
