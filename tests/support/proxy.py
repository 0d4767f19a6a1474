"""A proxy in front of Elasticsearch that forwards everything unless a test tells it to fail."""

from __future__ import annotations

import http.client
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from tests.support.packets import drop
from tests.support.serving import Serving

Fate = Literal["pass", "busy", "refuse", "forbid", "gone", "done", "reset", "cut request", "cut response", "hang"]
BUSY = b'{"error":{"type":"es_rejected_execution_exception","reason":"the queue is full"},"status":429}'
REFUSED = b'{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}'
GONE = b'{"error":{"type":"unavailable_shards_exception","reason":"not ready"},"status":503}'
FORBIDDEN = b'{"error":{"type":"security_exception","reason":"action is unauthorized"},"status":403}'
_KEPT = ("content-type", "accept", "content-encoding", "authorization")
_OURS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}
_ANSWERS: dict[Fate, tuple[int, dict[str, str], bytes]] = {
    "busy": (429, _OURS, BUSY),
    "refuse": (401, _OURS, REFUSED),
    "forbid": (403, _OURS, FORBIDDEN),
    "gone": (503, _OURS, GONE),
    "done": (200, _OURS, b"{}"),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a client."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def is_bulk(self) -> bool:
        """Whether it writes documents."""
        return self.path.partition("?")[0].endswith("_bulk")


class Proxy(Serving):
    """Passes requests to `target` (HOST:PORT), each as `decide` says; with `tls` it uses TLS towards its clients.

    `busy` returns 429, `refuse` 401, `forbid` 403, `gone` 503 and `done` 200; `reset` resets the connection; `cut request` gives
    the server the first half of it and closes; `cut response` gives the server all of it and the client nothing; `hang` keeps the
    connection open and responds nothing until `released` is set.
    """

    def __init__(self, target: str, *, tls: ssl.SSLContext | None = None) -> None:
        self.target = target
        self.released = threading.Event()
        self._accepted: list[socket.socket] = []
        self.decide: Callable[[Request], Fate] = lambda request: "pass"
        super().__init__(("127.0.0.1", 0), _Passing)
        if tls:
            # The connection's own thread does the handshake, so that one that never ends does not block the others.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.start()

    @property
    def address(self) -> str:
        """The address for clients, as HOST:PORT."""
        return f"127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        connection, client = super().get_request()
        self._accepted.append(connection)
        return connection, client

    def lose_connections(self) -> None:
        """Drop what is sent over the connections there are now; new ones work."""
        for connection in self._accepted:
            if connection.fileno() >= 0:
                drop(connection)

    def drop_packets(self) -> None:
        """Drop everything that is sent to this address from now on."""
        drop(self.socket)
        self.lose_connections()

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing: the tests provoke clients and servers that disconnect."""


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65_537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() in _KEPT}
        self._answer(Request(self.command, self.path, headers, body))

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def _answer(self, request: Request) -> None:
        fate = self.server.decide(request)
        if fate == "hang":
            self.server.released.wait()
            self.close_connection = True
            return
        if fate == "reset":
            # Closed with unsent data thrown away, a connection is reset; see SO_LINGER in socket(7).
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.wfile.close()
            self.connection.close()
            self.close_connection = True
            return
        if fate in _ANSWERS:
            self._send(*_ANSWERS[fate])
            return
        node = http.client.HTTPConnection(self.server.target)
        self.close_connection = True
        try:
            if fate == "cut request":
                node.putrequest(request.method, request.path)
                for name, value in {**request.headers, "Content-Length": str(len(request.body))}.items():
                    node.putheader(name, value)
                node.endheaders(request.body[: len(request.body) // 2])
                return
            node.request(request.method, request.path, request.body, request.headers)
            response = node.getresponse()
            content = response.read()
        finally:
            node.close()
        if fate == "pass":
            self.close_connection = False
            kept = ("content-type", "content-encoding", "x-elastic-product")
            self._send(
                response.status, {name: value for name, value in response.getheaders() if name.lower() in kept}, content
            )

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
