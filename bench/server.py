"""An Elasticsearch server on this machine, and the cost of work in the server and in this process."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elasticsearch import Elasticsearch

from tests.support.elasticsearch import start_node

MEMORY = "2g"  # heap of the server, if it is started here


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall-clock seconds and CPU seconds, in this process and in the server."""

    wall: float
    cpu: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


NOTHING = Cost(0.0, 0.0)


class Server:
    """A running server.

    Attributes:
        client: a client of the operator.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self.client = Elasticsearch(f"http://{host}", request_timeout=600)
        (node,) = self.client.nodes.info(metric="process")["nodes"].values()
        self._process = Path("/proc") / str(node["process"]["id"])

    def address(self, name: str) -> str:
        """Return the engine address of an index."""
        return f"elasticsearch://{self._host}/{name}"

    def cost(self, work: Callable[[], object]) -> Cost:
        """Do the work and return its cost here and in the server."""
        theirs = self.cpu()
        mine = own_cost(work)
        return mine + Cost(0.0, self.cpu() - theirs)

    def cpu(self) -> float:
        """Return the CPU seconds the server has used so far."""
        fields = (self._process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> tuple[int, int]:
        """Return the current and peak resident memory, in MB."""
        return resident(self._process)

    def forget_answers(self, name: str) -> None:
        """Clear the server's caches, so that repeated requests are computed again."""
        self.client.indices.clear_cache(index=name, request=True)

    def size(self, name: str) -> int:
        """Return the size of an index on disk, in bytes."""
        self.client.indices.flush(index=name)
        size: int = self.client.indices.stats(index=name, metric="store")["_all"]["primaries"]["store"]["size_in_bytes"]
        return size

    def remove(self, name: str) -> None:
        """Delete an index and what belongs to it."""
        for index in list(self.client.indices.get(index=name).body):
            self.client.indices.delete(index=index)
        self.client.indices.delete_index_template(name=name)


def own_cost(work: Callable[[], object]) -> Cost:
    """Do the work and return its cost in this thread."""
    cpu, wall = time.thread_time(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - wall, time.thread_time() - cpu)


def other_threads() -> float:
    """Return the CPU seconds of all threads of this process except the current one."""
    return time.process_time() - time.thread_time()


def resident(process: Path = Path("/proc/self")) -> tuple[int, int]:
    """Return the current and peak resident memory of a process, in MB."""
    status = (process / "status").read_text()
    now, most = (int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) // 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


@contextmanager
def running() -> Iterator[Server]:
    """Yield the server that PARLEY_TEST_ELASTICSEARCH names, which must run on this machine, or start one."""
    given = os.environ.get("PARLEY_TEST_ELASTICSEARCH")
    if given:
        yield Server(given.partition("://")[2].strip("/"))
        return
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        node = start_node(Path(folder) / "node", memory=MEMORY)
        try:
            yield Server(node.address)
        finally:
            node.kill()
