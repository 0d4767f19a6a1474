"""Several hosts: one that hangs, refuses or cannot serve costs little once, and then nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from time import monotonic
from typing import cast
from uuid import uuid4

import pytest

from config.errors import EngineUnavailable
from indexer.engine import Engine, open_engine
from indexer.engines.elasticsearch.nodes import PATIENCE, PROBE, first_result
from indexer.query.tree import Everything
from tests.support.builders import article
from tests.support.engines import fill, serials
from tests.support.one_answer import answering, error
from tests.support.processes import until
from tests.support.proxy import Fate, Proxy, Request

TIMEOUT = 60  # seconds that a request to a node that hangs would take
NO_MASTER = error("master_not_discovered_exception", "no master")


@pytest.fixture
def hosts(elasticsearch_url: str) -> Iterator[list[Proxy]]:
    """Return three ways to one server, which stand for three nodes of a cluster."""
    with ExitStack() as stack:
        proxies = [stack.enter_context(Proxy(elasticsearch_url.partition("://")[2])) for _ in range(3)]
        yield proxies
        for proxy in proxies:
            proxy.released.set()


@pytest.fixture
def address(hosts: list[Proxy]) -> str:
    return f"elasticsearch://{','.join(proxy.address for proxy in hosts)}/nodes-{uuid4().hex}"


@pytest.fixture
def engine(address: str) -> Iterator[Engine]:
    opened = open_engine(address, writable=True)
    fill(opened, article(serial=1))
    yield opened
    opened.close()


def hang(request: Request) -> Fate:
    return "hang"


def fail(proxy: Proxy, failure: str) -> None:
    """Have a node fail from now on, in this way."""
    if failure == "dropped":
        proxy.drop_packets()
    else:
        proxy.decide = lambda request: cast(Fate, failure)


def seconds_to_count(engine: Engine) -> float:
    start = monotonic()
    engine.count(Everything())
    return monotonic() - start


@pytest.mark.parametrize("hanging", [[1], [0, 2]], ids=str)
def test_a_node_that_hangs_is_set_aside_after_one_search(
    hosts: list[Proxy], engine: Engine, hanging: list[int]
) -> None:
    searches: list[str] = []

    def note_and_hang(request: Request) -> Fate:
        searches.extend([request.path] if request.method == "POST" else [])
        return "hang"

    for number in hanging:
        hosts[number].decide = note_and_hang
    times = [seconds_to_count(engine) for _ in range(12)]
    assert max(times) < TIMEOUT / 2
    assert len(searches) < 12 * len(hanging) / 3  # not in every turn


def test_writes_go_on_when_a_node_hangs(hosts: list[Proxy], engine: Engine) -> None:
    hosts[1].decide = hang
    start = monotonic()
    for number in range(2, 8):
        fill(engine, article(serial=number))
    assert monotonic() - start < TIMEOUT / 2
    assert serials(engine) == list(range(1, 8))


@pytest.mark.parametrize("failure", ["dropped", "reset", "busy", "gone"])
def test_a_node_that_fails_for_good_holds_up_neither_searches_nor_writes(
    hosts: list[Proxy], engine: Engine, address: str, failure: str
) -> None:
    fail(hosts[1], failure)
    times = [seconds_to_count(engine) for _ in range(9)]
    assert max(times) < TIMEOUT / 2
    start = monotonic()
    fill(engine, *(article(serial=number) for number in range(2, 5)))
    assert monotonic() - start < TIMEOUT / 2
    for _ in range(3):
        opened = open_engine(address)
        assert serials(opened) == [1, 2, 3, 4]
        opened.close()


def test_a_connection_whose_packets_no_longer_arrive_is_replaced_within_seconds(hosts: list[Proxy]) -> None:
    engines = [
        open_engine(f"elasticsearch://{','.join(proxy.address for proxy in used)}/lost-{uuid4().hex}", writable=True)
        for used in (hosts, hosts[:1])
    ]
    for engine in engines:
        for _ in hosts:
            fill(engine, article(serial=1))
    for proxy in hosts:
        proxy.lose_connections()

    def go_on(engine: Engine) -> float:
        start = monotonic()
        fill(engine, article(serial=2))
        assert serials(engine) == [1, 2]
        engine.close()
        return monotonic() - start

    with ThreadPoolExecutor(2) as pool:
        assert max(pool.map(go_on, engines)) < TIMEOUT / 2


def test_a_node_that_hangs_already_does_not_delay_a_new_process(
    hosts: list[Proxy], engine: Engine, address: str
) -> None:
    methods: set[str] = set()

    def note_and_hang(request: Request) -> Fate:
        methods.add(request.method)
        return "hang"

    hosts[2].decide = note_and_hang
    for _ in range(4):
        opened = open_engine(address)
        assert serials(opened) == [1]
        opened.close()
    assert methods == {"HEAD"}  # probes


def test_a_node_that_responds_again_is_used_again(hosts: list[Proxy], engine: Engine) -> None:
    hosts[0].decide = hang
    while max(seconds_to_count(engine) for _ in range(4)) < PATIENCE / 2:
        pass
    used: list[str] = []

    def note(request: Request) -> Fate:
        used.append(request.method)
        return "pass"

    hosts[0].released.set()
    hosts[0].decide = note
    until(lambda: engine.count(Everything()) == 1 and "POST" in used, "the node is used again")


def test_a_slow_request_to_a_node_that_responds_is_waited_for(hosts: list[Proxy], engine: Engine) -> None:
    def slow(request: Request) -> Fate:
        if request.is_bulk:
            hosts[0].released.wait(PATIENCE + PROBE + 0.5)
        return "pass"

    for proxy in hosts:
        proxy.decide = slow
    fill(engine, article(serial=2))
    assert serials(engine) == [1, 2]


def test_when_no_node_responds_that_is_said_within_seconds(hosts: list[Proxy], engine: Engine, address: str) -> None:
    for proxy in hosts:
        proxy.decide = hang
    start = monotonic()
    with pytest.raises(EngineUnavailable, match="does not respond"):
        open_engine(address)
    assert monotonic() - start < TIMEOUT / 2


def test_the_reason_given_by_one_node_is_reported_rather_than_that_others_are_gone() -> None:
    with answering(503, NO_MASTER) as server:
        for _ in range(4):
            with pytest.raises(EngineUnavailable, match="no elected master"):
                open_engine(f"elasticsearch://127.0.0.1:1,127.0.0.1:{server.server_port},127.0.0.1:2/parley")


def test_a_search_held_up_behind_a_node_that_responds_is_sent_to_another(hosts: list[Proxy], engine: Engine) -> None:
    def hold_up_searches(request: Request) -> Fate:
        return "hang" if request.path.partition("?")[0].endswith("_search") else "pass"

    hosts[1].decide = hold_up_searches
    assert max(seconds_to_count(engine) for _ in range(4)) < TIMEOUT / 2


def test_the_first_of_several_results_is_returned() -> None:
    assert first_result(lambda: 1, 3) == 1
    with pytest.raises(ZeroDivisionError):
        first_result(lambda: 1 // 0, 3)
