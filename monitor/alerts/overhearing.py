"""What Apprise warns of, kept from logs: its warnings may contain parts of addresses."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Yield the warnings of Apprise in this thread, which go nowhere else: they may contain parts of addresses."""
    lines: list[str] = []
    thread = get_ident()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread == thread:  # other channels are sent to meanwhile
                lines.append(record.getMessage())

    logger, listener = logging.getLogger("apprise"), Listener(logging.WARNING)
    logger.propagate = False  # for good, as attempts overlap
    logger.addHandler(listener)
    try:
        yield lines
    finally:
        logger.removeHandler(listener)
