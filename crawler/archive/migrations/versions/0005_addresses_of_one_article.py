"""Addresses name the real address of their article, and the address whose article they lead to."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, Text, text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add both; articles stored before stay filed under the address they were collected at."""
    op.add_column("urls", Column("real", Text))
    op.add_column("urls", Column("same_as", Integer))
    op.create_index("urls_by_same_as", "urls", ["same_as"], sqlite_where=text("same_as IS NOT NULL"))
