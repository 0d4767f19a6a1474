"""The archive remembers which feeds are polled less often than configured, because their domains allow no more requests."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column; each poll fills it."""
    op.add_column("feeds", Column("slowed", Integer))
