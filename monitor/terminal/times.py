"""Times as people read them: in the installation's time zone, which is named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.page import Precision


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment to the minute, with the name of the zone."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}"


def published(moment: datetime | None, precision: Precision | None, zone: ZoneInfo) -> str:
    """Return when an article was published, as exactly as it is known, without the zone."""
    if moment is None:
        return "undated"
    return f"{moment:%Y-%m-%d}" if precision == "day" else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
