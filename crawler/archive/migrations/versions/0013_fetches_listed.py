"""The number of links and pages in a feed's response has the name that documents give it."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Rename the column; the fetches stay as they are."""
    op.alter_column("fetches", "found", new_column_name="listed")
