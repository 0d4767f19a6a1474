"""Whether the clock can be believed before anything is deleted for its age.

A clock that jumps far ahead makes everything old at once. So each round of maintenance first compares the time with the last one
that was written here. After a jump nothing is deleted by age until the clock has gone on for a day, or a person has confirmed it.
A machine that was off for long looks the same, and waits the same day. A jump that is taken back leaves no trace.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Integer, Table, delete, func, insert, select

from config.logs import get_logger
from crawler.archive.database import UTCDateTime, metadata
from crawler.archive.fetches import fetches
from crawler.archive.pages import pages

STEP = timedelta(days=2)  # between two rounds of maintenance; a longer one is a jump
WAIT = timedelta(days=1)  # in which the clock must go on after a jump

clock = Table(
    "clock",
    metadata,
    Column("number", Integer, primary_key=True),  # of the one row
    Column("seen", UTCDateTime, nullable=False),
    Column("jumped_from", UTCDateTime),
    Column("jumped_to", UTCDateTime),
)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What is known of the clock.

    Attributes:
        seen: the last time that maintenance saw, UTC.
        jumped_from, jumped_to: the times around a jump ahead that is not believed yet; None without one.
    """

    seen: datetime
    jumped_from: datetime | None = None
    jumped_to: datetime | None = None

    @property
    def jump(self) -> str:
        """The jump in words; empty when the clock can be believed."""
        if self.jumped_from is None or self.jumped_to is None:
            return ""
        days = (self.jumped_to - self.jumped_from).days
        return (
            f"the clock jumped ahead by {days:,} days, from {_minute(self.jumped_from)} to {_minute(self.jumped_to)} UTC, "
            "or nothing ran for that long; nothing is deleted for its age, and no alert or digest is sent, "
            "before three sites that are collected give the same time, or it has gone on for a day. "
            "If it is right, run `parley clock --confirm`"
        )


def look(connection: Connection) -> Clock | None:
    """Return what is known of the clock; None before anything was collected here."""
    row = connection.execute(select(clock.c.seen, clock.c.jumped_from, clock.c.jumped_to)).mappings().first()
    if row:
        return Clock(**row)
    written = [
        connection.scalar(select(func.max(column))) for column in (fetches.c.at, pages.c.collected)
    ]  # an archive of an earlier version
    return Clock(seen=max(moments)) if (moments := [moment for moment in written if moment]) else None


def after(known: Clock | None, now: datetime) -> Clock:
    """Return what is known of the clock once maintenance sees this time."""
    if known is None or known.jumped_to is None:
        if known and now - known.seen > STEP:
            return Clock(seen=now, jumped_from=known.seen, jumped_to=now)
        return Clock(seen=now)
    if now < known.jumped_to or (now - known.jumped_to >= WAIT and now - known.seen <= STEP):
        return Clock(seen=now)  # the jump was taken back, or the clock has gone on
    if now - known.seen > STEP:
        return replace(known, seen=now, jumped_to=now)  # it jumped once more
    return replace(known, seen=now)


def is_believed(connection: Connection, now: datetime) -> bool:
    """Record that maintenance sees this time, and return whether things may be deleted for their age by it."""
    known = look(connection)
    current = after(known, now)
    _store(connection, current)
    if current.jump and (known is None or not known.jump):
        log.warning("the clock jumped ahead", before=str(current.jumped_from), now=str(now), detail=current.jump)
    return not current.jump


def confirm(connection: Connection, now: datetime) -> None:
    """Record that a person, or other clocks, say this time is right."""
    _store(connection, Clock(seen=now))


def doubt(connection: Connection, now: datetime) -> str:
    """Return why this time should not be believed, a sentence, without recording it; empty when it can be."""
    return after(look(connection), now).jump


def _store(connection: Connection, current: Clock) -> None:
    connection.execute(delete(clock))
    connection.execute(insert(clock).values(number=1, **asdict(current)))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
