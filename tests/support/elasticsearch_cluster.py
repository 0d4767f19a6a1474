"""Three Elasticsearch nodes that form one cluster, each of which can be frozen, cut off, stopped and started again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from elasticsearch import Elasticsearch

from tests.support.elasticsearch import Node, start_node
from tests.support.packets import cut_off
from tests.support.ports import free_port
from tests.support.processes import until

_NAMES = [f"node-{number}" for number in range(3)]
# By default, a cluster removes a node that is frozen, but whose connections are open, after half a minute. If that was the
# master, its successor waits half a minute more for the frozen node to take over the new state.
_CHECKS = [f"cluster__fault_detection__{name}_check" for name in ("follower", "leader")]
_FAST_DETECTION = {
    f"{check}__{key}": value for check in _CHECKS for key, value in (("timeout", "2s"), ("retry_count", "2"))
} | {"cluster__publish__timeout": "5s"}


class Cluster:
    """Three nodes at fixed addresses, which take a frozen node out after five to ten seconds.

    Attributes:
        nodes: the running or stopped nodes, by number.
    """

    def __init__(self, folder: Path) -> None:
        """Start the nodes.

        Raises:
            CannotStart: see `start_node`.
        """
        self._folder = folder
        self._ports = [(str(free_port()), str(free_port())) for _ in _NAMES]
        with ThreadPoolExecutor(len(_NAMES)) as pool:
            self.nodes: list[Node] = list(pool.map(self._start, range(len(_NAMES))))

    @property
    def hosts(self) -> str:
        """The addresses of all nodes, as an engine address has them."""
        return ",".join(node.address for node in self.nodes)

    def start(self, number: int) -> None:
        """Start a node again that was stopped."""
        self.nodes[number] = self._start(number)

    def stop(self, number: int) -> None:
        """Stop a node as an operator does."""
        process = self.nodes[number].process
        process.send_signal(signal.SIGTERM)
        process.wait()

    @contextmanager
    def frozen(self, number: int) -> Iterator[None]:
        """Freeze a node: it keeps its connections and responds to nothing."""
        process = self.nodes[number].process
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    @contextmanager
    def cut_off(self, number: int) -> Iterator[None]:
        """Drop all packets to a node: it refuses nothing and closes nothing.

        Raises:
            PermissionError: see `packets.cut_off`.
        """
        with cut_off(self.nodes[number].process.pid):
            yield

    def client(self) -> Elasticsearch:
        """Return a client of the operator, which tries one node after the other."""
        return Elasticsearch(
            [f"http://{node.address}" for node in self.nodes], request_timeout=90, max_retries=6, retry_on_timeout=True
        )

    def wait_until_green(self) -> None:
        """Wait until all nodes are there and every shard has its copy."""
        with self.client() as operator:
            health = operator.cluster.health(wait_for_nodes="3", wait_for_status="green", timeout="80s")
        assert not health["timed_out"]

    def holders(self, name: str) -> dict[str, int]:
        """Return the numbers of the nodes that hold the copies of an index of one shard: "p" the primary, "r" the replica.

        A node that has just come back may be removed once more: its copy then waits a moment until a node takes it.
        """
        holders: dict[str, int] = {}

        def read() -> bool:
            rows = operator.cat.shards(index=name, format="json").body
            assert isinstance(rows, list)
            holders.clear()
            holders.update({row["prirep"]: _NAMES.index(row["node"]) for row in rows if row["state"] == "STARTED"})
            return holders.keys() == {"p", "r"} and len(rows) == len(holders)

        with self.client() as operator:
            until(read, "every copy has its node")
        return holders

    def kill(self) -> None:
        """Kill all nodes."""
        for node in self.nodes:
            node.kill()

    def _start(self, number: int) -> Node:
        http, transport = self._ports[number]
        return start_node(
            self._folder / _NAMES[number],
            memory="512m",
            cluster__name="parley-test-of-three",
            http__port=http,
            transport__port=transport,
            discovery__seed_hosts=",".join(f"127.0.0.1:{port}" for _, port in self._ports),
            cluster__initial_master_nodes=",".join(_NAMES),
            **_FAST_DETECTION,
        )
