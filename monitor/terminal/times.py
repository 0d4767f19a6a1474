"""Times as people read them: in the installation's time zone, which is named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.page import Precision
from monitor.sentences import local_time


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment to the minute, with the name of the zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"


def duration(seconds: int) -> str:
    """Return a number of seconds in the two largest units that people would name: `2 h 5 min`, `3 d`, `40 s`."""
    parts = []
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        number, seconds = divmod(seconds, length)
        if number:
            parts.append(f"{number:,} {unit}")
        if len(parts) == 2 or (parts and not number):
            break
    return " ".join(parts) or "0 s"


def zoned(moment: datetime | None, precision: Precision | None, zone: ZoneInfo) -> str:
    """Return when an article was published or changed, as exactly as it is known, with the zone of a time."""
    written = published(moment, precision, zone)
    return f"{written} {zone.key}" if precision == "second" else written


def published(moment: datetime | None, precision: Precision | None, zone: ZoneInfo) -> str:
    """Return when an article was published, as exactly as it is known, without the zone."""
    if moment is None:
        return "undated"
    local = local_time(moment, precision, zone)
    return f"{local:%Y-%m-%d}" if precision == "day" else f"{local:%Y-%m-%d %H:%M}"
