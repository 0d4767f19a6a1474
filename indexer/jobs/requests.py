"""Requests: work that commands submit to the running indexer, which takes it up between batches and reports progress.

When no indexer is running, the command does the work itself and writes no request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import Column, Connection, Float, Integer, Table, Text, insert, select, update

from crawler.archive.database import NEVER_REUSED, UTCDateTime, metadata

Work = Literal["rebuild", "sweep", "prune"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]

requests = Table(
    "requests",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("work", Text, nullable=False, info={"among": get_args(Work)}),
    Column("argument", Text, nullable=False),
    Column("asked", UTCDateTime, nullable=False, info={"neutral": 0}),
    Column("state", Text, nullable=False, index=True, info={"among": get_args(State), "neutral": "'failed'"}),
    Column("progress", Float, nullable=False, info={"neutral": 0.0}),
    Column("message", Text, nullable=False, info={"neutral": "'the request was damaged'"}),
    **NEVER_REUSED,
)


@dataclass(frozen=True, slots=True)
class Request:
    """Work submitted to the indexer.

    Attributes:
        argument: for a rebuild, the engine to fill, empty for the one in use; for a sweep, the ids of the themes, empty
            for all; for a prune, the date and time in ISO 8601.
        progress: 0.0 to 1.0.
        message: the result, or why it failed.
    """

    number: int
    work: Work
    argument: str
    state: State
    progress: float
    message: str


_COLUMNS = [requests.c[name] for name in ("number", "work", "argument", "state", "progress", "message")]


def ask(connection: Connection, work: Work, argument: str, now: datetime) -> int:
    """Write a request and return its number."""
    row = {"work": work, "argument": argument, "asked": now, "state": "waiting", "progress": 0.0, "message": ""}
    return int(connection.execute(insert(requests).values(row).returning(requests.c.number)).scalar_one())


def next_request(connection: Connection) -> Request | None:
    """Return the oldest unfinished request, including one that a killed indexer left running."""
    waiting = select(*_COLUMNS).where(requests.c.state.in_(("running", "waiting"))).order_by(requests.c.number)
    row = connection.execute(waiting.limit(1)).first()
    return Request(*row) if row else None


def report(connection: Connection, number: int, state: State, progress: float, message: str = "") -> None:
    """Record the state and progress of a request; one that was cancelled stays so."""
    values = {"state": state, "progress": progress, "message": message}
    reported = update(requests).where(requests.c.number == number, requests.c.state != "cancelled")
    connection.execute(reported.values(values))


def cancel(connection: Connection, number: int) -> None:
    """Cancel a request that is not finished; the indexer stops working on it."""
    unfinished = update(requests).where(requests.c.number == number, requests.c.state.in_(("waiting", "running")))
    connection.execute(unfinished.values(state="cancelled", message="cancelled by the command that requested it"))


def look_up(connection: Connection, number: int) -> Request:
    """Return the request with this number."""
    return Request(*connection.execute(select(*_COLUMNS).where(requests.c.number == number)).one())
