"""Reads the dates of HTTP headers, which strangers write."""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime


def read_http_date(header: str) -> datetime | None:
    """Return the moment in a header (RFC 9110, 5.6.7), or None for anything else and for a date without a zone."""
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None
