"""Dates on pages, with precision and zone. Impossible dates are rejected; none is invented.

crawler.parse.dates reads the strings. A time without a zone is UTC unless the source has a zone of its own: guessing one from
the outlet would be right more often and wrong silently.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from crawler.parse.dates import EARLIEST, Dated, read_date, whole_day
from indexer.extract.locale import Locale

UNKNOWN = Locale()
LATEST_AHEAD = timedelta(days=1)  # some outlets mark local time as UTC, which is half a day at most

_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_URL_DATE = re.compile(
    r"[/_.-](19[89]\d|20\d\d)([/_-])([01]?\d)\2([0-3]?\d)(?=[/_.?-]|$|[A-Za-z])|/(20\d\d)[-/]?([01]\d)/?([0-3]\d)(?=[/_.?-]|$)"
)


def parse(text: str, locale: Locale = UNKNOWN) -> Dated | None:
    """Return the date in a string or in (milli)seconds since 1970, in the zone it was written in; None when incomplete."""
    text = " ".join(text.split())
    if _EPOCH.fullmatch(text):
        return Dated(datetime.fromtimestamp(int(text[:10]), UTC), "second")
    dated = read_date(text, locale.dates)
    return dated and placed(dated, locale)


def placed(dated: Dated, locale: Locale) -> Dated:
    """Return a date as the source means it.

    A time without a zone is in the source's own, if that is known. Midnight at home, written in UTC, is a day: systems that
    store only days write it so.
    """
    if dated.precision == "day":
        return dated
    if not dated.has_zone:
        return _in_zone(dated, locale)
    if locale.home is None or dated.moment.utcoffset():
        return dated
    local = dated.moment.astimezone(locale.home)
    at_midnight = not (local.hour or local.minute or local.second)
    return (at_midnight and whole_day(local.year, local.month, local.day)) or dated


def _in_zone(dated: Dated, locale: Locale) -> Dated:
    if locale.zone is None:
        return dated
    offset = dated.moment.replace(tzinfo=locale.zone).utcoffset()
    return dated._replace(moment=dated.moment.replace(tzinfo=timezone(offset or timedelta(0))))


def possible(dated: Dated | None, now: datetime | None) -> Dated | None:
    """Return the date unless it is before 1990 or more than a day after `now` (the time of collection)."""
    if dated is None or dated.moment < EARLIEST:
        return None
    return None if now is not None and dated.moment > now + LATEST_AHEAD else dated


def day_of_url(url: str) -> Dated | None:
    """Return the day an address carries (`/2024/05/13/`, `-2024-05-13`, `/20240513/`), or None."""
    match = _URL_DATE.search(url)
    if not match:
        return None
    year, month, day = (match[1], match[3], match[4]) if match[1] else (match[5], match[6], match[7])
    return whole_day(int(year), int(month), int(day))


def same_day(a: Dated, b: Dated) -> bool:
    """Return whether two dates fall on one day, each in the zone it was written in or both in UTC."""
    return a.moment.date() == b.moment.date() or a.moment.astimezone(UTC).date() == b.moment.astimezone(UTC).date()
