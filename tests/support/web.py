"""A web server of an installation, in this process, on a free port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from monitor.app import App
from monitor.web.server import listen, server_of
from tests.support.processes import until


@contextmanager
def serving(app: App) -> Iterator[str]:
    """Yield the address of a server that answers for the installation."""
    with listen("127.0.0.1", 0) as listening:
        server = server_of(app)
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started, "the web server has started")
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
