"""Whether an installation can answer what it may be asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from config.errors import ParleyError
from monitor.app import App
from monitor.documents.health import ReadinessDocument
from monitor.services.engine_state import ask_engine

FRESH = 2.0  # seconds for which an answer is given again: anybody may ask as often as they like


class Readiness:
    """Looks at archive and engine, at most every `FRESH` seconds.

    Args:
        clock: a monotonic clock, in seconds.
    """

    def __init__(self, app: App, clock: Callable[[], float] = time.monotonic) -> None:
        self._app, self._clock = app, clock
        self._lock = Lock()
        self._looked = float("-inf")
        self._last = ReadinessDocument(ready=False, archive=False, engine=False)

    def look(self) -> ReadinessDocument:
        """Return what can be asked."""
        with self._lock:
            if self._clock() - self._looked >= FRESH:
                self._last, self._looked = _look(self._app), self._clock()
            return self._last


def _look(app: App) -> ReadinessDocument:
    try:
        app.archive.oldest_pending()
    except ParleyError:
        return ReadinessDocument(ready=False, archive=False, engine=False)
    try:
        engine = not ask_engine(app).trouble
    except ParleyError:
        engine = False
    return ReadinessDocument(ready=engine, archive=True, engine=engine)
