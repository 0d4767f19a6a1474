"""The archive remembers which feeds somebody wants polled now, or left alone."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Text

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table; nothing is wanted of any feed yet."""
    op.create_table(
        "feed_requests",
        Column("feed", Text, primary_key=True, nullable=False),
        Column("asked", BigInteger),
        Column("paused", BigInteger),
    )
