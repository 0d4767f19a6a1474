"""Answers that cost much and that many readers want: made once for all of them, and again only when something changed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, TypeVar, cast

from config.errors import ParleyError
from config.logs import get_logger
from monitor.app import App

ValueT = TypeVar("ValueT")
Clock = Callable[[], float]

LONGEST = (
    60.0  # seconds after which an answer is made again even if nothing changed: spans such as 7d move with the clock
)
FORGOTTEN = 300.0  # seconds after which nobody is given an old answer
_SHARE = 0.05  # of the time may be spent on making the same answer again while articles arrive
_KEPT = 50  # answers

log = get_logger(__name__)


@dataclass(slots=True)
class _Made:
    """An answer and how it came about; times in seconds of the clock."""

    lock: Lock = field(default_factory=Lock)
    value: object = None
    stamp: Hashable = None
    at: float | None = None  # None until there is an answer
    cost: float = 0.0

    def is_current(self, stamp: Hashable, now: float) -> bool:
        """Return whether readers need no newer answer."""
        if self.at is None:
            return False
        return now - self.at < (LONGEST if stamp == self.stamp else min(LONGEST, self.cost / _SHARE))

    def is_usable(self, now: float) -> bool:
        """Return whether readers can have the answer while a newer one is made."""
        return self.at is not None and now - self.at < FORGOTTEN


class Prepared:
    """Gives readers the last answer and makes a newer one meanwhile. May be used from several threads.

    The first reader of an answer waits for it, and so does one who comes after a long time.

    Args:
        clock: seconds, from any beginning.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()
        self._lock = Lock()

    def get(self, app: App, name: Hashable, make: Callable[[], ValueT]) -> ValueT:
        """Return an answer.

        Args:
            name: of the answer, beside the time zone and the configuration.
            make: makes it.

        Raises:
            EngineError: the engine cannot be asked.
        """
        stamp = app.engine.stamp()
        made = self._of((name, app.zone.key, app.configuration_stamp))
        if not made.is_current(stamp, self._clock()):
            self._renew(made, stamp, make)
        return cast(ValueT, made.value)

    def _of(self, key: Hashable) -> _Made:
        with self._lock:
            made = self._made.setdefault(key, _Made())
            self._made.move_to_end(key)
            if len(self._made) > _KEPT:
                self._made.popitem(last=False)
            return made

    def _renew(self, made: _Made, stamp: Hashable, make: Callable[[], Any]) -> None:
        if made.is_usable(self._clock()):
            if made.lock.acquire(blocking=False):
                Thread(target=self._renew_meanwhile, args=(made, stamp, make), name="preparing", daemon=True).start()
            return
        with made.lock:
            if not made.is_usable(self._clock()):  # nobody made it while this reader waited
                self._make(made, stamp, make)

    def _renew_meanwhile(self, made: _Made, stamp: Hashable, make: Callable[[], Any]) -> None:
        try:
            self._make(made, stamp, make)
        except ParleyError as error:
            made.at = None  # the next reader is told
            log.warning("not prepared", detail=str(error))
        finally:
            made.lock.release()

    def _make(self, made: _Made, stamp: Hashable, make: Callable[[], Any]) -> None:
        began = self._clock()
        value = make()
        made.value, made.stamp = value, stamp
        made.at = self._clock()
        made.cost = made.at - began
