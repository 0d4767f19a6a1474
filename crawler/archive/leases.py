"""Leases: rows that one process has claimed for a while, so that no other works on them.

A process claims in a role, as an Owner of its own. Only the holder of a role's lock (`crawler.presence.only_one`) may claim in
that role, so whoever holds it knows that all other owners of the role have ended, and takes their leases over. A process without
the lock claims in a role of another name, and its leases run out by themselves.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, Update, and_, or_, true, update

from crawler.archive.database import Moment

ENDED: Mapping[str, None] = {"lease_until": None, "lease_owner": None}  # what a row without a lease has


@dataclass(frozen=True, slots=True)
class Owner:
    """A process in its role; the token tells it from every other, as process ids are used again."""

    role: str
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __str__(self) -> str:
        return f"{self.role}:{self.token}"


def lease_columns() -> tuple[Column[datetime], Column[str]]:
    """Return the columns of a table whose rows can be leased."""
    return Column("lease_until", Moment), Column("lease_owner", Text)


class Leases:
    """The leases of one table, which has the columns of `lease_columns`.

    Args:
        among: the state of every leased row, by which an index finds them fast.
        free: the state they have again when they are given back, where that is another.
    """

    def __init__(self, table: Table, *, among: str | None = None, free: str | None = None) -> None:
        self.table = table
        leased = table.c.lease_until.is_not(None)
        self._leased = leased if among is None else and_(leased, table.c.state == among)
        self._claimed: dict[str, Any] = {"state": among} if free else {}
        self._free: dict[str, Any] = {**ENDED, **({"state": free} if free else {})}

    def are_free(self, now: datetime, length: timedelta) -> ColumnElement[bool]:
        """Say of each row whether it can be claimed for so long."""
        return or_(self.table.c.lease_until.is_(None), self._are_over(now, length))

    def claim(self, rows: ColumnElement[bool], owner: Owner, until: datetime) -> Update:
        """Return the statement that leases these rows."""
        return update(self.table).where(rows).values(**self._claimed, lease_until=until, lease_owner=str(owner))

    def give_back(self, connection: Connection, owner: Owner, rows: ColumnElement[bool] | None = None) -> int:
        """End the leases of an owner, all or those of these rows; return how many there were."""
        return self._end(connection, (self.table.c.lease_owner == str(owner)) & (true() if rows is None else rows))

    def take_over(self, connection: Connection, owner: Owner) -> int:
        """End the leases of all owners in this role; only for the holder of the role's lock. Return how many there were."""
        return self._end(connection, self.table.c.lease_owner.startswith(f"{owner.role}:", autoescape=True))

    def end_expired(self, connection: Connection, now: datetime, length: timedelta) -> int:
        """End the leases that have run out, whoever owns them; return how many there were."""
        return self._end(connection, self._are_over(now, length))

    def _are_over(self, now: datetime, length: timedelta) -> ColumnElement[bool]:
        until = self.table.c.lease_until
        return or_(until <= now, until > now + length)  # a lease that long cannot be real: the clock was set back

    def _end(self, connection: Connection, rows: ColumnElement[bool]) -> int:
        return connection.execute(update(self.table).where(self._leased, rows).values(**self._free)).rowcount
