"""The archive remembers rows that were damaged and set aside."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, UniqueConstraint

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "damaged",
        Column("number", Integer, primary_key=True, nullable=False),
        Column("place", Text, nullable=False),
        Column("row", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("contents", Text),
        Column("noticed", BigInteger, nullable=False),
        Column("repaired", BigInteger),
        UniqueConstraint("place", "row"),
    )
