"""The nodes of a cluster: which of them respond, however long a request may take.

A frozen machine or a lost network does not close connections, so a client would wait for the whole time limit of a request.
Here, a node that keeps a request waiting has to respond to a probe meanwhile. If it does not, it is set aside and the request
goes to another node. A search that is slow although its node responds is sent to a second node too, because the first may be
waiting for a frozen one ("hedged requests": Dean and Barroso, The Tail at Scale, CACM 56(2), 2013).

After a loss of packets, a connection may lead nowhere although the node responds on new ones. The kernel notices that, because
what it sends is not acknowledged, whether or not a request is being worked on.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from itertools import count
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from elastic_transport import (
    BaseNode,
    ConnectionError,
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    NodePool,
    NodeSelector,
    Transport,
    TransportApiResponse,
    TransportError,
    Urllib3HttpNode,
)
from elastic_transport.client_utils import DEFAULT, DefaultType
from urllib3.connection import HTTPConnection

from indexer.engines.elasticsearch.errors import LATER

if TYPE_CHECKING:
    from elastic_transport._node import NodeApiResponse

ResultT = TypeVar("ResultT")

PATIENCE = 1.0  # seconds that a request may take before its node is probed, and between two probes
PROBE = 1.5  # seconds for the response to a probe
PROBE_AGAIN = 0.25  # the same for a node that was set aside: others are waiting to be used
HEDGE = 2.0  # seconds until one more node is sent the same search
LOST = (
    8  # seconds without any acknowledgement until a connection counts as lost; less would be short for a busy network
)
_IDLE, _INTERVAL = 2, 2  # seconds until the kernel asks whether an idle connection is alive, and between two questions
# Systems name and have these options differently; where one is missing, the time limit of the request is what remains.
_NOTICE_LOSS = [
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    *(
        (socket.IPPROTO_TCP, option, value)
        for name, value in (
            ("TCP_KEEPIDLE", _IDLE),
            ("TCP_KEEPINTVL", _INTERVAL),
            ("TCP_KEEPCNT", (LOST - _IDLE) // _INTERVAL),
            ("TCP_USER_TIMEOUT", 1_000 * LOST),
        )
        if (option := getattr(socket, name, None)) is not None
    ),
]


class LossNoticingNode(Urllib3HttpNode):
    """A node to which a connection that packets no longer pass fails within seconds."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.pool.conn_kw["socket_options"] = [*HTTPConnection.default_socket_options, *_NOTICE_LOSS]

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send the request, as the base class does.

        Raises:
            ConnectionError: there is no connection, or it was lost; the request may or may not have been carried out.
        """
        limit = self.config.request_timeout if isinstance(request_timeout, DefaultType) else request_timeout
        start = monotonic()
        try:
            return super().perform_request(method, target, body, headers, request_timeout)
        except ConnectionTimeout as error:
            # The kernel reports a lost connection as a time-out, too, which the client would not try again.
            if limit is None or monotonic() - start < limit:
                raise ConnectionError(f"the connection to {self.base_url} was lost", errors=error.errors) from error
            raise


class WatchedNode(LossNoticingNode):
    """One of several nodes; a request to it fails as soon as it does not respond to a probe."""

    def __init__(self, config: NodeConfig) -> None:
        super().__init__(config)
        self.is_silent = False
        self.refusal: NodeApiResponse | None = None  # its response to the last request, if it could not serve it

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> NodeApiResponse:
        """Send the request, as the base class does.

        Raises:
            ConnectionError: the node does not respond to a probe; the request may or may not have been carried out.
        """
        self.refusal = None
        if self.is_silent and not self.responds(PROBE_AGAIN):
            raise self._silence()
        request = Background(
            lambda: super(WatchedNode, self).perform_request(method, target, body, headers, request_timeout)
        )
        while not request.done.wait(PATIENCE):
            if not self.responds(PROBE):
                self.is_silent = True
                raise self._silence()
        self.is_silent = False
        response = request.result()
        if response.meta.status in LATER:
            self.refusal = response
        return response

    def responds(self, seconds: float) -> bool:
        """Return whether the node responds in this time to the smallest of requests, no matter what."""
        probe = Background(lambda: super(WatchedNode, self).perform_request("HEAD", "/", request_timeout=seconds))
        if not probe.done.wait(seconds):
            return False
        try:
            probe.result()
        except TransportError:
            return False
        return True

    def _silence(self) -> ConnectionError:
        return ConnectionError(f"{self.base_url} accepts connections or requests but does not respond to them")


class ClusterTransport(Transport):
    """Reports what a node gave as the reason rather than that another node does not respond."""

    def perform_request(self, *arguments: Any, **options: Any) -> TransportApiResponse:
        """Perform the request, as the base class does."""
        try:
            return super().perform_request(*arguments, **options)
        except ConnectionError:
            for node in self.node_pool.all():
                if isinstance(node, WatchedNode) and (refusal := node.refusal):
                    body = self.serializers.loads(refusal.body, refusal.meta.mimetype)
                    return TransportApiResponse(refusal.meta, body)
            raise


class InTurn(NodeSelector):
    """Selects the nodes in turn, whichever thread asks; the client's own selector counts for each thread separately."""

    def __init__(self, node_configs: list[NodeConfig]) -> None:
        super().__init__(node_configs)
        self._turns = count()

    def select(self, nodes: Sequence[BaseNode]) -> BaseNode:
        """Return the node whose turn it is."""
        return nodes[next(self._turns) % len(nodes)]


class Background(Generic[ResultT]):
    """A call in a thread of its own, which ends with the process however long the call takes.

    Attributes:
        done: set when the call has ended.
    """

    def __init__(
        self, call: Callable[[], ResultT], then: Callable[[Background[ResultT]], None] = lambda _: None
    ) -> None:
        self.done = Event()
        self._call, self._then = call, then
        self._result: list[ResultT] = []
        self._error: BaseException | None = None
        Thread(target=self._run, name="elasticsearch", daemon=True).start()

    def result(self) -> ResultT:
        """Return what the call returned, or raise what it raised; only when it is done."""
        if self._error is not None:
            raise self._error
        return self._result[0]

    def _run(self) -> None:
        try:
            self._result.append(self._call())
        except BaseException as error:
            self._error = error
        self.done.set()
        self._then(self)


def set_silent_nodes_aside(pool: NodePool) -> None:
    """Probe all nodes at once and set those aside that do not respond about as quickly as the quickest one."""
    nodes = [node for node in pool.all() if isinstance(node, WatchedNode)]
    ready: SimpleQueue[WatchedNode] = SimpleQueue()
    for node in nodes:
        Background(lambda node=node: ready.put(node) if node.responds(PROBE) else None)  # type: ignore[misc]
    responding: set[WatchedNode] = set()
    until = monotonic() + PROBE
    while len(responding) < len(nodes):
        try:
            responding.add(ready.get(timeout=max(0.0, until - monotonic())))
        except Empty:
            break
        until = min(until, monotonic() + PROBE_AGAIN)
    for node in nodes:
        if responding and node not in responding:
            node.is_silent = True
            pool.mark_dead(node)


def first_result(call: Callable[[], ResultT], at_most: int) -> ResultT:
    """Return the result of the call, or raise its error; while it is slow, call again at most so often, and take the first."""
    results: SimpleQueue[Background[ResultT]] = SimpleQueue()
    for number in range(1, at_most + 1):
        Background(call, results.put)
        try:
            return results.get(timeout=HEDGE if number < at_most else None).result()
        except Empty:
            continue
    raise AssertionError("the last call is waited for")
