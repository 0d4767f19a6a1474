"""How a file says when a feed is polled: `every = "15m"` or `cron = "*/15 * * * *"`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

DEFAULT_EVERY = 30 * 60.0
_EVERY = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST, _LONGEST = 5, 30 * 86_400
_PROBE = datetime(2000, 1, 1, tzinfo=UTC)  # any day would do; a fixed one keeps the check free of the clock


def parse_every(value: str) -> float:
    """Return the seconds that `30s`, `15m`, `2h` or `1d` stand for.

    Raises:
        ValueError: another form, or less than 5 seconds, or more than 30 days.
    """
    parts = _EVERY.fullmatch(value)
    if not parts:
        raise ValueError(f'"{value}" is not a time between polls (30s, 15m, 2h, 1d)')
    seconds = int(parts[1]) * _SECONDS[parts[2]]
    if not _SHORTEST <= seconds <= _LONGEST:
        raise ValueError(f'"{value}" is out of bounds (5s to 30d)')
    return float(seconds)


def check_cron(value: str) -> str:
    """Return a five-field cron expression, in UTC, that APScheduler understands and that comes due at some time.

    Raises:
        ValueError: it is malformed, never comes due, or gives weekdays as numbers.
    """
    from apscheduler.triggers.cron import CronTrigger

    fields = value.split()
    if len(fields) != 5:
        raise ValueError(f'"{value}" has {len(fields)} fields instead of five (minute hour day month weekday)')
    # APScheduler counts weekdays from Monday = 0, cron from Sunday = 0: a number would mean one of two days.
    if re.search(r"\d", fields[4].partition("/")[0]):
        raise ValueError(f'"{value}" gives the weekday as a number; name it (mon, tue, wed, thu, fri, sat, sun)')
    try:
        trigger = CronTrigger.from_crontab(value, timezone=UTC)
    except ValueError as wrong:
        raise ValueError(f'"{value}" is not a cron expression: {wrong}') from None
    if trigger.get_next_fire_time(None, _PROBE) is None:
        raise ValueError(f'"{value}" never comes due')
    return value
