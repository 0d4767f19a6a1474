"""What Apprise warns of, kept from logs: its warnings may contain parts of addresses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Yield the warnings of Apprise about what is done meanwhile, which go nowhere else: they may contain parts of addresses.

    Apprise sends in a thread of its own, which it gives the context of its caller.
    """
    lines: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if _heard.get() is lines:  # other channels are sent to meanwhile
                lines.append(record.getMessage())

    logger, listener = logging.getLogger("apprise"), Listener(logging.WARNING)
    logger.propagate = False  # for good, as attempts overlap
    logger.addHandler(listener)
    token = _heard.set(lines)
    try:
        yield lines
    finally:
        _heard.reset(token)
        logger.removeHandler(listener)
