"""When what an address answers last changed, for clients that remember a time instead of an entity tag."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from email.utils import format_datetime
from threading import Lock

from fastapi import Request

from crawler.parse.http_dates import read_http_date
from monitor.web.answers import Unchanged, check_unchanged

_KEPT = 10_000  # addresses
_SECOND = timedelta(seconds=1)


class LastChanges:
    """The times at which this process first saw what addresses answer now. May be used from several threads."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._lock = Lock()

    def of(self, address: str, tag: str, now: datetime) -> datetime:
        """Return when the address began to answer what has this tag, to the second.

        Two answers of one address never have the same time, even if both were given within one second.
        """
        with self._lock:
            last, changed = self._seen.pop(address, ("", None))
            if last != tag or changed is None:
                second = now.replace(microsecond=0)
                changed = second if changed is None else max(second, changed + _SECOND)
            self._seen[address] = (tag, changed)
            if len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
            return changed


def as_header(moment: datetime) -> str:
    """Return a time as HTTP writes it (RFC 9110, 5.6.7)."""
    return format_datetime(moment, usegmt=True)


def check_not_modified(request: Request, tag: str, changed: datetime) -> None:
    """Return when the client needs the answer. A time counts only where no tag is given (RFC 9110, 13.1.3).

    Raises:
        Unchanged: it has it.
    """
    check_unchanged(request, tag)
    if "if-none-match" not in request.headers and _is_since(request, changed):
        raise Unchanged(tag)


def _is_since(request: Request, changed: datetime) -> bool:
    """Return whether a request has an answer that is as new as the last change."""
    known = read_http_date(request.headers.get("if-modified-since", ""))
    return known is not None and changed <= known
