"""Leases: rows that one process has claimed for a while, so that no other process works on them.

A process claims rows in a role, as its own Owner. Only the holder of a role's lock (`crawler.presence.only_one`) may claim in
that role, so the holder knows that all other owners of the role have ended, and takes over their leases. A process without the
lock claims in a role with another name, and its leases simply expire.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, Text, Update, and_, or_, true, update

from crawler.archive.database import UTCDateTime

ENDED: Mapping[str, None] = {"lease_until": None, "lease_owner": None}  # the values of a row without a lease


@dataclass(frozen=True, slots=True)
class Owner:
    """A process in its role; the token is unique, because process ids are reused."""

    role: str
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    def __str__(self) -> str:
        return f"{self.role}:{self.token}"


def lease_columns() -> tuple[Column[datetime], Column[str]]:
    """Return the columns of a table whose rows can be leased."""
    return Column("lease_until", UTCDateTime), Column("lease_owner", Text)


class Leases:
    """The leases of one table, which has the columns of `lease_columns`.

    Args:
        among: the state that all leased rows have, so that an index finds them; None if leases do not depend on the state.
        free: the state that rows return to when their lease ends; None if leasing does not change the state.
    """

    def __init__(self, table: Table, *, among: str | None = None, free: str | None = None) -> None:
        self.table = table
        leased = table.c.lease_until.is_not(None)
        self._leased = leased if among is None else and_(leased, table.c.state == among)
        self._claimed: dict[str, Any] = {"state": among} if free else {}
        self._free: dict[str, Any] = {**ENDED, **({"state": free} if free else {})}

    def are_free(self, now: datetime, length: timedelta) -> ColumnElement[bool]:
        """Select the rows that can be claimed for this long."""
        return or_(self.table.c.lease_until.is_(None), self._are_expired(now, length))

    def claim(self, rows: ColumnElement[bool], owner: Owner, until: datetime) -> Update:
        """Return the statement that leases these rows to the owner."""
        return update(self.table).where(rows).values(**self._claimed, lease_until=until, lease_owner=str(owner))

    def give_back(self, connection: Connection, owner: Owner, rows: ColumnElement[bool] | None = None) -> int:
        """End the owner's leases, all of them or only those of these rows, and return their number."""
        return self._end(connection, (self.table.c.lease_owner == str(owner)) & (true() if rows is None else rows))

    def take_over(self, connection: Connection, owner: Owner) -> int:
        """End the leases of all owners in this role and return their number; only for the holder of the role's lock."""
        return self._end(connection, self.table.c.lease_owner.startswith(f"{owner.role}:", autoescape=True))

    def end_expired(self, connection: Connection, now: datetime, length: timedelta) -> int:
        """End all expired leases and return their number."""
        return self._end(connection, self._are_expired(now, length))

    def _are_expired(self, now: datetime, length: timedelta) -> ColumnElement[bool]:
        until = self.table.c.lease_until
        return or_(until <= now, until > now + length)  # a lease that long cannot be real: the clock was set back

    def _end(self, connection: Connection, rows: ColumnElement[bool]) -> int:
        return connection.execute(update(self.table).where(self._leased, rows).values(**self._free)).rowcount
