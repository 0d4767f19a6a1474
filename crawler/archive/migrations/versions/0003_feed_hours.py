"""The hours in which feeds delivered are called feed hours; a delivery is what an alert makes."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rename the table."""
    op.rename_table("deliveries", "feed_hours")
