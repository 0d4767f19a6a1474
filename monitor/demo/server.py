"""Serves the sample site on 127.0.0.1, as an HTTP proxy for its `.example` hosts or directly by Host header."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseServer
from threading import Event, Thread
from typing import Any, cast

from config.web_address import parts_of
from monitor.demo.site import Reply, Site

_IDLE_SECONDS = 30


class DemoServer:
    """A running sample site.

    It responds to requests in absolute form (`GET http://northern-wire.example/ HTTP/1.1`) as a proxy would, and those in origin
    form by their Host header. It never forwards a request: any other host gets 502.
    """

    def __init__(self, site: Site, port: int = 0) -> None:
        self.site = site
        self._server = _Server(site, port)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), name="demo-site", daemon=True)

    @property
    def url(self) -> str:
        """The address of the server, for use as an HTTP proxy."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Start answering, in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop the server and free the port; unfinished responses are cut off."""
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(site: Site, port: int = 0) -> Iterator[DemoServer]:
    """Serve the site while the block runs."""
    server = DemoServer(site, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self.stopping = Event()
        super().__init__(("127.0.0.1", port), _Request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that has disconnected."""


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "ParleyDemo"
    sys_version = ""
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, request: Any, client_address: Any, server: BaseServer) -> None:
        self._site_server = cast(_Server, server)
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        self._send(self._reply(), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self._reply(), with_body=False)

    def do_CONNECT(self) -> None:
        self._send(Reply(status=502, body=b"The sample site has no encrypted addresses.\n"), with_body=True)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the monitor's own status shows what is fetched."""

    def _reply(self) -> Reply:
        site = self._site_server.site
        named = self.headers.get("Host", "")
        target, of_host = parts_of(self.path), parts_of(f"//{named}")
        host = target.hostname or of_host.hostname or ""
        if not any(target) or (named and not any(of_host)):
            return Reply(status=400, body=b"The address cannot be read.\n")
        if host in {"127.0.0.1", "localhost"} and not target.hostname:
            return site.front()
        return site.reply(host, target.path or "/", {name.lower(): value for name, value in self.headers.items()})

    def _send(self, reply: Reply, *, with_body: bool) -> None:
        if reply.delay:
            self._site_server.stopping.wait(reply.delay)
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body and reply.status != 304:
            self.wfile.write(reply.body)
