"""A server in a thread of its own, from its creation until it is closed."""

from __future__ import annotations

import threading
from http.server import ThreadingHTTPServer

_POLL = 0.01  # seconds until the thread notices that it should end


class Serving(ThreadingHTTPServer):
    """A server whose subclasses call `start` once they are complete.

    Closing it ends its thread first. `socketserver` closes the socket alone: the thread would then look at a closed file without
    pause, and take half of this machine from all tests that follow.
    """

    daemon_threads = True
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer requests from now on."""
        self._thread = threading.Thread(target=self.serve_forever, args=(_POLL,), daemon=True)
        self._thread.start()

    def server_close(self) -> None:
        """Stop answering and free the port."""
        if self._thread:
            self.shutdown()
            self._thread.join()
        super().server_close()
