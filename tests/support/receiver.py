"""A real HTTP receiver of webhooks, which may be slow, fail or hang up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass
class Receiver:
    """What came in, and how the next requests are answered.

    Attributes:
        answers: statuses in turn, then 204; 0 hangs up without an answer, and -1 waits until `release` is set.
        retry_after: sent with every status.
    """

    url: str = ""
    answers: list[int] = field(default_factory=list)
    retry_after: str | None = None
    received: list[tuple[Message, bytes]] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)
    release: Event = field(default_factory=Event)

    @property
    def ids(self) -> list[str | None]:
        """The ids of the messages, in the order in which they came."""
        return [headers["webhook-id"] for headers, _ in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Yield a receiver that listens on this machine."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.received.append((self.headers, body))
            status = receiver.answers.pop(0) if receiver.answers else 204
            receiver.arrived.set()
            if status == -1:
                receiver.release.wait(60)
                status = 204
            if status == 0:
                self.close_connection = True
                return
            self.send_response(status)
            if receiver.retry_after:
                self.send_header("Retry-After", receiver.retry_after)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks/hush-token"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.release.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
