"""Outages of the server during indexing: pages wait, the status says why, indexing resumes, and nothing is lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from indexer.engine import open_engine
from indexer.jobs import run
from tests.support.elasticsearch import Node, start_or_skip
from tests.support.indexing import Indexing
from tests.support.ports import free_port
from tests.support.processes import until
from tests.support.proxy import Fate, Proxy, Request

pytestmark = pytest.mark.long  # one server, which each test uses exclusively

DISK = "cluster.routing.allocation.disk"


class Server:
    """A node that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self._port = str(free_port())
        self._folder = folder
        self.node: Node = self.start()

    def start(self) -> Node:
        snapshots = str(self._folder / "snapshots")
        self.node = start_or_skip(
            self._folder,
            memory="512m",
            http__port=self._port,
            path__repo=snapshots,
            cluster__info__update__interval="10s",  # how often it looks at its disk
        )
        return self.node

    def send(self, number: signal.Signals) -> None:
        self.node.process.send_signal(number)
        if number not in (signal.SIGSTOP, signal.SIGCONT):
            self.node.process.wait()

    def client(self) -> Elasticsearch:
        return Elasticsearch(f"http://{self.node.address}", request_timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("outages") / "node")
    yield server
    server.node.kill()


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    with Proxy(server.node.address) as proxy:
        yield proxy


@pytest.fixture
def indexing(proxy: Proxy, tmp_path: Path) -> Iterator[Indexing]:
    """Return a running indexer with some articles in its index."""
    with Indexing(tmp_path, f"elasticsearch://{proxy.address}/outage-{uuid4().hex}?timeout=5") as indexing:
        indexing.collect(30)
        indexing.until_indexed()
        yield indexing


def at_the_next_write(proxy: Proxy, harm: Callable[[], None]) -> None:
    """Call `harm` while the next batch of articles is being sent."""
    once = threading.Lock()

    def decide(request: Request) -> Fate:
        if request.is_bulk and once.acquire(blocking=False):
            harm()
        return "pass"

    proxy.decide = decide


@pytest.mark.parametrize(
    ("harm", "repair"),
    [
        (signal.SIGSTOP, lambda server: server.send(signal.SIGCONT)),
        (signal.SIGKILL, Server.start),
        (signal.SIGTERM, Server.start),
    ],
    ids=["paused", "killed", "stopped"],
)
def test_no_article_is_lost_when_the_server_stops_during_a_write(
    server: Server, proxy: Proxy, indexing: Indexing, harm: signal.Signals, repair: Callable[[Server], object]
) -> None:
    at_the_next_write(proxy, lambda: server.send(harm))
    indexing.collect(60)
    status = indexing.until_status_says("indexer: Elasticsearch does not respond")
    assert status.engine_trouble
    assert status.indexer
    assert status.indexer.doing == "waiting for the engine"
    indexing.collect(30)
    assert indexing.pages() == {"indexed": 30, "pending": 90}
    repair(server)
    indexing.until_indexed()
    indexing.check_exact()


def test_indexing_resumes_after_the_disk_was_full(server: Server, indexing: Indexing) -> None:
    def watermarks(*free: str) -> None:
        names = (f"{DISK}.watermark.{name}" for name in ("low", "high", "flood_stage"))
        with server.client() as operator:
            settings = {f"{DISK}.threshold_enabled": "true", "cluster.info.update.interval": "10s"}
            operator.cluster.put_settings(persistent={**settings, **dict(zip(names, free, strict=True))})

    watermarks("900000gb", "800000gb", "700000gb")
    with server.client() as operator:
        until(lambda: "read_only_allow_delete" in str(operator.indices.get_settings()), "the index is read-only")
    indexing.collect(60)
    status = indexing.until_status_says("disk is nearly full")
    assert indexing.pages() == {"indexed": 30, "pending": 60}
    assert status.articles == 30  # it can still be searched
    watermarks("3b", "2b", "1b")  # the server looks at its disk every 10 seconds and lifts the block by itself
    indexing.until_indexed()
    indexing.check_exact()


def test_requests_to_a_busy_server_are_retried(proxy: Proxy, indexing: Indexing) -> None:
    recovered = threading.Event()
    proxy.decide = lambda request: "busy" if request.is_bulk and not recovered.is_set() else "pass"
    indexing.collect(60)
    indexing.until_status_says("too busy or not ready (429: the queue is full)")
    assert indexing.pages() == {"indexed": 30, "pending": 60}
    recovered.set()
    indexing.until_indexed()
    indexing.check_exact()


def test_indexing_resumes_after_a_write_block_and_after_credentials_were_rejected(
    server: Server, proxy: Proxy, indexing: Indexing
) -> None:
    name = indexing.settings.engine_url.rpartition("/")[2].partition("?")[0]
    with server.client() as operator:
        operator.indices.put_settings(index=name, settings={"index.blocks.write": True})
        indexing.collect(20)
        indexing.until_status_says("is read-only")
        operator.indices.put_settings(index=name, settings={"index.blocks.write": None})
    indexing.until_indexed()
    proxy.decide = lambda request: "refuse"
    indexing.collect(20)
    status = indexing.until_status_says("indexer: Elasticsearch at")
    assert status.indexer
    assert "rejects the credentials" in status.indexer.trouble
    assert "(since " in status.indexer.trouble
    proxy.decide = lambda request: "pass"
    indexing.until_indexed()
    indexing.check_exact()


@pytest.mark.parametrize("fate", ["cut request", "cut response"])
def test_cut_connections_neither_lose_nor_duplicate_articles(proxy: Proxy, indexing: Indexing, fate: Fate) -> None:
    cuts = iter(range(6))  # more than the client tries at once
    proxy.decide = lambda request: fate if request.is_bulk and next(cuts, None) is not None else "pass"
    indexing.collect(60)
    indexing.until_indexed()
    assert next(cuts, None) is None
    indexing.check_exact()


def test_an_indexer_that_starts_before_its_server_waits_for_it(server: Server, tmp_path: Path) -> None:
    server.node.kill()
    with Indexing(tmp_path, f"elasticsearch://{server.node.address}/outage-{uuid4().hex}?timeout=5") as indexing:
        indexing.collect(5)
        indexing.until_status_says("indexer: Elasticsearch does not respond")
        server.start()
        indexing.until_indexed()
        indexing.check_exact()


def test_an_index_that_was_emptied_or_deleted_is_filled_again_without_being_asked(
    server: Server, indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "COUNT_EVERY", timedelta(0))
    url = indexing.settings.engine_url
    with server.client() as operator:
        for lost in (range(30), range(7, 19)):  # all, then some
            emptied = open_engine(url, writable=True)
            emptied.delete([sorted(indexing.ids)[number] for number in lost])
            emptied.refresh()
            emptied.close()
            indexing.until_complete()
        (index,) = operator.indices.get(index=url.rpartition("/")[2].partition("?")[0]).body
        operator.indices.delete(index=index)
    indexing.until_complete()
    indexing.check_exact()


def test_after_an_older_snapshot_is_restored_the_missing_articles_are_added_without_being_asked(
    server: Server, indexing: Indexing, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = indexing.settings.engine_url.rpartition("/")[2].partition("?")[0]
    with server.client() as operator:
        operator.snapshot.create_repository(name="copies", repository={"type": "fs", "settings": {"location": "here"}})
        indices = f"{name}.v*"
        operator.snapshot.create(
            repository="copies", snapshot=name, indices=indices, wait_for_completion=True, include_global_state=False
        )
        indexing.collect(20)
        indexing.until_indexed()
        (index,) = operator.indices.get(index=name).body
        operator.indices.delete(index=index)
        operator.snapshot.restore(repository="copies", snapshot=name, indices=indices, wait_for_completion=True)
    indexing.until_status_says("the index contains 30 of 50 stored articles")
    monkeypatch.setattr(run, "COUNT_EVERY", timedelta(0))
    indexing.until_complete()
    indexing.check_exact()
