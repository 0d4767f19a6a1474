"""What is new, for the Overview: counted in the background, because it takes seconds and the Overview must not."""

from __future__ import annotations

import time
from threading import Lock, Thread

from config.errors import ParleyError
from config.logs import get_logger
from monitor.app import App
from monitor.documents.emerging import EmergingDocument
from monitor.services.emerging import emerging

SHOWN = 5  # phrases
_KEPT = 32  # periods, time zones and scopes
_SHARE = 0.05  # of the time may be spent on counting; readers would wait for the processor otherwise

log = get_logger(__name__)


class News:
    """The last answers for each period, with the state of the index that each was counted in."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, str, str | None], tuple[str, EmergingDocument]] = {}
        self._counting: Thread | None = None
        self._not_before = 0.0  # seconds of the monotonic clock

    def latest(self, app: App, since: str, scope: str | None = None) -> EmergingDocument | None:
        """Return what is new since then as it was last counted, and count again if the index changed, but not all the time.

        Args:
            scope: query within which; every article without it.

        Returns:
            None before it was counted for the first time.
        """
        key, stamp = (since, app.zone.key, scope), f"{app.engine.stamp()} {app.configuration_stamp}"
        with self._lock:
            before, document = self._kept.get(key, ("", None))
            is_free = not (self._counting and self._counting.is_alive())  # one at a time
            if before != stamp and is_free and (document is None or time.monotonic() >= self._not_before):
                self._counting = Thread(target=self._count, args=(app, key, stamp), name="news", daemon=True)
                self._counting.start()
            return document

    def wait(self) -> None:
        """Return when nothing is being counted."""
        with self._lock:
            counting = self._counting
        if counting:
            counting.join()

    def _count(self, app: App, key: tuple[str, str, str | None], stamp: str) -> None:
        began = time.monotonic()
        try:
            document = emerging(app, since=key[0], scope=key[2], largest=SHOWN)
        except ParleyError as error:  # the page says itself what is wrong with the engine
            log.info("what is new was not counted", error=str(error))
            return
        ended = time.monotonic()
        with self._lock:
            self._not_before = ended + (ended - began) / _SHARE
            self._kept.pop(key, None)
            self._kept[key] = stamp, document
            while len(self._kept) > _KEPT:
                self._kept.pop(next(iter(self._kept)))
