"""The archive remembers which address each entry of a feed was filed under."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, String, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table; it fills with the next polls."""
    op.create_table(
        "entries",
        Column("feed", Text, primary_key=True, nullable=False),
        Column("guid", String(32), primary_key=True, nullable=False),
        Column("id", String(32), nullable=False),
        Column("published", BigInteger),
        Column("look", String(32), nullable=False),
        sqlite_with_rowid=False,
    )
