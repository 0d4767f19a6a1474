"""Parses polling schedules: `every = "15m"` or `cron = "*/15 * * * *"`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

DEFAULT_EVERY = 30 * 60.0
_EVERY = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST, _LONGEST = 5, 30 * 86_400
_PROBE = datetime(2000, 1, 1, tzinfo=UTC)  # any fixed date, so that the check does not depend on the clock


def parse_every(value: str) -> float:
    """Return an interval such as `30s`, `15m`, `2h` or `1d` in seconds.

    Raises:
        ValueError: invalid format, less than 5 seconds, or more than 30 days.
    """
    parts = _EVERY.fullmatch(value)
    if not parts:
        raise ValueError(f'"{value}" is not an interval (30s, 15m, 2h, 1d)')
    seconds = int(parts[1]) * _SECONDS[parts[2]]
    if not _SHORTEST <= seconds <= _LONGEST:
        raise ValueError(f'"{value}" is out of range (5s to 30d)')
    return float(seconds)


def check_cron(value: str) -> str:
    """Return a valid cron expression with five fields, in UTC, that comes due at some time.

    Raises:
        ValueError: it is malformed, never comes due, or would mean something else in cron.
    """
    from apscheduler.triggers.cron import CronTrigger

    fields = value.split()
    if len(fields) != 5:
        raise ValueError(f'"{value}" has {len(fields)} fields instead of five (minute hour day month weekday)')
    # APScheduler counts weekdays from Monday = 0, cron from Sunday = 0: a number would mean one of two days.
    if re.search(r"\d", fields[4].partition("/")[0]):
        raise ValueError(f'"{value}" has a number as weekday; use a name (mon, tue, wed, thu, fri, sat, sun)')
    # cron comes due on either of the two, APScheduler only where both are true.
    if fields[2] != "*" and fields[4] != "*":
        raise ValueError(f'"{value}" has both a day of the month and a weekday; use one of them')
    try:
        trigger = CronTrigger.from_crontab(value, timezone=UTC)
    except ValueError as wrong:
        raise ValueError(f'"{value}" is not a cron expression: {wrong}') from None
    if trigger.get_next_fire_time(None, _PROBE) is None:
        raise ValueError(f'"{value}" never comes due')
    return value
