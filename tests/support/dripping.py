"""A server that answers a byte at a time and never ends, for HTTP, SMTP and whatever else connects."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PAUSE = 0.02  # seconds between two bytes: shorter than any timeout of a single read
_PATIENCE = 5.0  # seconds for a client that shakes no hands


@contextmanager
def dripping(first: bytes, repeated: bytes, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port of a server that sends `first` at once, then `repeated` for ever; encrypted with a TLS context."""
    stopping = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        serving: list[Thread] = []

        def serve(connection: socket.socket) -> None:
            with connection, suppress(OSError):  # the other side may have hung up
                connection.settimeout(_PATIENCE)
                with tls.wrap_socket(connection, server_side=True) if tls else connection as stream:
                    stream.sendall(first)
                    while not stopping.wait(PAUSE):
                        stream.sendall(repeated)

        def accept() -> None:
            while not stopping.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    serving.append(Thread(target=serve, args=(connection,), daemon=True))
                    serving[-1].start()

        accepting = Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            stopping.set()
            for thread in (accepting, *serving):
                thread.join(10)
