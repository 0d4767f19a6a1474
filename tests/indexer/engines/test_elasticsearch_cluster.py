"""Three nodes: searching and indexing continue while one is frozen, killed or restarted, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from uuid import uuid4

import pytest

from indexer.engine import open_engine
from indexer.query.tree import Everything
from tests.support.elasticsearch import or_skipped
from tests.support.elasticsearch_cluster import Cluster
from tests.support.indexing import Indexing
from tests.support.processes import until

pytestmark = pytest.mark.long  # one cluster, which each test uses exclusively

TIMEOUT = 60  # seconds; what a request to a frozen node would take


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with or_skipped():
        cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.kill()


@pytest.fixture
def url(cluster: Cluster) -> str:
    """Return the address of an index that does not exist yet, all nodes there."""
    cluster.wait_until_green()
    return f"elasticsearch://{cluster.hosts}/three-{uuid4().hex}?replicas=1&timeout={TIMEOUT}"


def name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


def test_search_and_indexing_continue_when_the_node_with_the_primary_freezes_and_when_it_is_killed(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    with Indexing(tmp_path, url) as indexing:
        indexing.collect(60)
        indexing.until_indexed()
        cluster.wait_until_green()
        reader = open_engine(url)
        with cluster.frozen(cluster.holders(name_of(url))["p"]):
            for _ in range(8):
                start = monotonic()
                assert reader.count(Everything()) == 60
                assert monotonic() - start < TIMEOUT / 2
            indexing.collect(60)
            indexing.until_indexed()
        cluster.wait_until_green()
        killed = cluster.holders(name_of(url))["p"]
        indexing.collect(300)
        until(lambda: reader.count(Everything()) > 120 or indexing.failed(), "the next articles are being written")
        cluster.nodes[killed].kill()
        while indexing.pages() != {"indexed": 420}:
            assert not indexing.failed()
            # Of the articles that are being written, the killed copy may have shown some that the other does not show yet.
            assert reader.count(Everything()) >= 120
        reader.close()
        indexing.check_exact()
    cluster.start(killed)


def test_a_rolling_restart_of_all_nodes_loses_nothing_and_stops_neither_searching_nor_indexing(
    cluster: Cluster, url: str, tmp_path: Path
) -> None:
    with Indexing(tmp_path, url) as indexing:
        indexing.collect(30)
        indexing.until_indexed()
        reader = open_engine(url)
        for number in range(3):
            cluster.wait_until_green()
            settled = 30 + 60 * number
            until(lambda settled=settled: reader.count(Everything()) == settled, "all articles so far are visible")  # type: ignore[misc]
            indexing.collect(30)
            cluster.stop(number)
            indexing.collect(30)
            while indexing.pages() != {"indexed": 90 + 60 * number}:
                assert not indexing.failed()
                # Of the articles that are being written, one copy may show some that another does not show yet.
                assert reader.count(Everything()) >= settled
            cluster.start(number)
        cluster.wait_until_green()
        until(lambda: reader.count(Everything()) == 210, "all articles are visible")
        reader.close()
        indexing.check_exact()
