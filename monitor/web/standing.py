"""The state of the installation for pages that many readers open: looked at once for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from monitor.app import App
from monitor.documents.operations import StatusDocument
from monitor.services.status import status

LONGEST = 5.0  # seconds for which a look counts: as often as crawler and indexer give signs of life
_SHARE = 0.05  # of the time may be spent on looking; a look at 100,000 pages takes 40 ms of a processor


class Standing:
    """Gives readers the last look at the installation, and looks again when it is old. May be used from several threads.

    A small installation, which is looked at quickly, is looked at nearly every time.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, app: App, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._lock = Lock()
        self._last: StatusDocument | None = None
        self._until = float("-inf")

    def look(self) -> StatusDocument:
        """Return how the installation stands.

        Raises:
            ArchiveError: the archive cannot be read.
            ConfigError: the overlay folder does not exist.
        """
        with self._lock:
            began = self._clock()
            if self._last is None or began >= self._until:
                self._last = status(self._app)
                ended = self._clock()
                self._until = ended + min(LONGEST, (ended - began) / _SHARE)
            return self._last
