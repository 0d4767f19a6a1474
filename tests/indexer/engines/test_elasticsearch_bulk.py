"""Bulk requests to a server with little memory: rejected ones are sent again, smaller, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from config.errors import ArticlesRefused
from indexer.article import Article
from indexer.engine import open_engine
from tests.support.builders import article
from tests.support.elasticsearch import start_or_skip
from tests.support.engines import serials

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def cramped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the engine address, without an index name, of a server that accepts few and small requests."""
    node = start_or_skip(
        tmp_path_factory.mktemp("cramped") / "node",
        memory="512m",
        http__max_content_length="300kb",
        thread_pool__write__size="1",
        thread_pool__write__queue_size="9",
    )
    yield f"elasticsearch://{node.address}"
    node.kill()


def articles(number: int, characters: int) -> list[Article]:
    random = Random(number)
    words = ["".join(random.choices("abcdefghij", k=9)) for _ in range(1_000)]
    return [
        article(serial=serial, text=" ".join(random.choices(words, k=characters // 10)))
        for serial in range(1, number + 1)
    ]


def test_documents_that_a_busy_server_rejects_are_sent_again(cramped: str) -> None:
    engine = open_engine(f"{cramped}/cramped-{uuid4().hex}?shards=12", writable=True)
    engine.add(articles(200, 200))
    engine.refresh()
    assert serials(engine) == list(range(1, 201))
    engine.close()
    with Elasticsearch(cramped.replace("elasticsearch:", "http:")) as operator:
        (stats,) = operator.nodes.stats(metric="thread_pool")["nodes"].values()
    assert stats["thread_pool"]["write"]["rejected"] > 0


def test_an_article_that_is_too_large_is_reported_and_all_others_are_stored(cramped: str) -> None:
    engine = open_engine(f"{cramped}/cramped-{uuid4().hex}", writable=True)
    many = articles(300, 200)
    huge = article(serial=1_000, text="peace " * 60_000)
    with pytest.raises(ArticlesRefused, match="larger than the server accepts") as error_info:
        engine.add([*many[:100], huge, *many[100:]])
    assert error_info.value.reasons.keys() == {huge.id}
    engine.refresh()
    assert serials(engine) == list(range(1, 301))
    engine.close()
