"""Leases of feeds, addresses and pages name their owner, and are called the same in all three tables."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the owners; a lease from before belongs to an earlier process of the role that claims from its table."""
    op.alter_column("pages", "claimed_until", new_column_name="lease_until")
    for table, role in (("feeds", "crawler"), ("urls", "crawler"), ("pages", "indexer")):
        op.add_column(table, Column("lease_owner", Text))
        op.execute(f"UPDATE {table} SET lease_owner = '{role}:' WHERE lease_until IS NOT NULL")  # noqa: S608
