"""An archive has an id, by which its bodies and its index are told from those of another one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, String

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table; opening the archive fills it."""
    op.create_table("archive", Column("id", String(32), primary_key=True, nullable=False))
