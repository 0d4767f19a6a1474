"""The time that a page is about, as its address has it: back from now, or from one day to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import Request

from config.errors import WrongArgument

ZONE = "tz"  # parameter of a page's address that has the time zone
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time.

    Attributes:
        period: back from now, such as `7d`; empty where there are days, and for all time.
        start, end: the first day and the last one; empty without them.
        zone: the time zone in which these days begin; empty where the address leaves it to the reader.
    """

    period: str
    start: str = ""
    end: str = ""
    zone: str = ""

    def of_days(self, first: date, last: date) -> Span:
        """Return the time from one day to another, which stays the same."""
        return replace(self, period="", start=first.isoformat(), end=last.isoformat())

    def of_period(self, period: str) -> Span:
        """Return the time back from now."""
        return replace(self, period=period, start="", end="")

    @property
    def since(self) -> str | None:
        """Return when it starts, as services take it."""
        return self.period or self.start or None

    @property
    def until(self) -> str | None:
        """Return when it ends, as services take it."""
        return self.end or None

    @property
    def is_limited(self) -> bool:
        """Return whether it is not all time."""
        return bool(self.period or self.start or self.end)

    @property
    def clauses(self) -> str:
        """Return the clauses of a query for its days; empty without them."""
        bounds = ((">=", self.start), ("<=", self.end))
        return "".join(f" published:{sign}{day}" for sign, day in bounds if day)

    def parameters(self, usual: str) -> dict[str, str | None]:
        """Return what an address says of it, for `address`.

        Args:
            usual: the period of the page without parameters.
        """
        period = None if self.period == usual else self.period
        return {"for_": period, "from_": self.start, "to": self.end, ZONE: self.zone}

    @property
    def arguments(self) -> dict[str, str | None]:
        """Return it as addresses of the API and of evidence take it, for `address`."""
        return {"since": self.since, "until": self.until, "timezone": self.zone}


def span_of(request: Request, usual: str) -> Span:
    """Return the time that an address has; the usual period without one.

    Raises:
        WrongArgument: a day is none, or the first one is missing.
    """
    given = request.query_params
    start, end = _day(given.get("from", ""), "from"), _day(given.get("to", ""), "to")
    if end and not start and usual:
        raise WrongArgument("the first day is missing; write it as from=2026-11-01", field="from")
    return Span("" if start or end else given.get("for", "") or usual, start, end, given.get(ZONE, ""))


def days_of(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day of a time whose end is no part of it."""
    return start.astimezone(zone).date(), (end - _MOMENT).astimezone(zone).date()


def _day(text: str, field: str) -> str:
    """Return a day as an address has it; empty without one.

    Raises:
        WrongArgument: it is no day.
    """
    day = text.strip()
    try:
        return date.fromisoformat(day).isoformat() if day else ""
    except ValueError:
        raise WrongArgument(f'there is no day "{day[:40]}"; write one such as 2026-11-20', field=field) from None
