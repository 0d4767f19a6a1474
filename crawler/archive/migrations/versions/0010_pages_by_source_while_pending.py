"""Pending pages are found by their source, so that the indexer can take them from all sources in turn."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add partial indices: only pending pages are in them, few of all pages."""
    pending = "state = 'pending'"
    op.create_index("pages_pending", "pages", ["source", "number"], sqlite_where=text(pending))
    op.create_index("pages_troubled", "pages", ["source", "number"], sqlite_where=text(f"{pending} AND crashes > 0"))
