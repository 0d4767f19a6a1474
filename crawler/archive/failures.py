"""What becomes of an address after a failed attempt: it is tried again soon, much later, or not at all."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from crawler.archive import frontier
from crawler.archive.batches import batches
from crawler.archive.pages import pages
from crawler.outcomes import PASSING, Outcome
from crawler.schedule import later_at, retry_at

_REFUSED = pages.c.state.in_(PASSING) & (pages.c.kind == "document")
_RECENT = timedelta(days=4)  # a little longer than all retries take


def fail(
    connection: Connection,
    serial: int,
    outcome: Outcome,
    detail: str,
    *,
    attempts: int,
    now: datetime,
    floor: timedelta = timedelta(),
) -> tuple[Outcome, str]:
    """End the lease of an address that failed for a cause that may pass; return its outcome and a sentence.

    Args:
        attempts: failed so far, this one included.
        floor: the shortest wait the server asked for.
    """
    due = retry_at(attempts, now, floor=floor)
    if due:
        frontier.postpone(connection, serial, due, detail, attempts=attempts)
        return Outcome.POSTPONED, detail
    again = later_at(attempts, now)
    if again is None:
        detail = f"abandoned after {attempts} attempts: {detail}"
        frontier.settle(connection, serial, outcome, detail)
    else:
        detail = f"failed {attempts} times, the next attempt is on {again:%Y-%m-%d}: {detail}"
        frontier.settle_for_now(connection, serial, outcome, detail, attempts=attempts, again=again)
    return outcome, detail


def fail_refused(connection: Connection, numbers: Collection[int], now: datetime) -> None:
    """Count a failed attempt for the addresses of these pages that the indexer refused for a cause that may pass.

    Only the newest page of an address counts. Refusing a page twice counts once. A page collected longer ago counts as none: it
    is extracted again, perhaps years later, and must not lead to requests for an article that is old by now.
    """
    is_recent = pages.c.collected >= now - _RECENT
    newer = pages.alias()
    has_newer = select(newer.c.number).where(newer.c.serial == pages.c.serial, newer.c.number > pages.c.number).exists()
    shown = pages.c.serial, pages.c.state, pages.c.detail, pages.c.hints
    for some in batches(list(numbers)):
        refused = select(*shown).where(pages.c.number.in_(some), _REFUSED, is_recent, ~has_newer)
        for row in connection.execute(refused).all():
            before = frontier.take_back(connection, row.serial, row.hints)
            if before is not None:
                fail(connection, row.serial, Outcome[row.state.upper()], row.detail, attempts=before + 1, now=now)


def refusal(connection: Connection, serial: int) -> tuple[Outcome, str] | None:
    """Return why the indexer refused the newest page of an address, if the cause may pass; otherwise None."""
    newest = select(func.max(pages.c.number)).where(pages.c.serial == serial).scalar_subquery()
    row = connection.execute(
        select(pages.c.state, pages.c.detail).where(pages.c.number == newest, _REFUSED)
    ).one_or_none()
    return (Outcome[row.state.upper()], row.detail) if row else None
