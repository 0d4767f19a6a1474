"""On PYTHONPATH, a clock that a test sets: by the seconds in the file that CLOCK_SET names, as long as that file exists.

Python imports this file before everything else, so that whoever imports `datetime` or `time.time` gets this clock.
`time.monotonic` goes on as it does when somebody sets a real clock.
"""

from __future__ import annotations

import datetime
import os
import time
from datetime import datetime as real_datetime
from typing import Self

_time = time.time
_FILE = os.environ["CLOCK_SET"]


def _shift() -> float:
    try:
        with open(_FILE) as file:  # noqa: PTH123 (pathlib would be loaded too early)
            return float(file.read() or 0)
    except FileNotFoundError:
        return 0.0


class _Kind(type):
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, real_datetime)


class Shifted(real_datetime, metaclass=_Kind):
    """The datetime of this process."""

    @classmethod
    def now(cls, tz: datetime.tzinfo | None = None) -> Self:
        """Return the time on the clock."""
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls) -> Self:
        """Return the same without a zone."""
        return cls.now(datetime.UTC).replace(tzinfo=None)


time.time = lambda: _time() + _shift()
datetime.datetime = Shifted  # type: ignore[misc]
