"""Kept articles name the form they are stored in, and remembered texts the version of their signature."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add both; what was stored before is of form and version 1."""
    op.add_column("articles", Column("form", Integer, nullable=False, server_default="1"))
    op.add_column("copy_texts", Column("version", Integer, nullable=False, server_default="1"))
    op.create_index("copy_texts_by_version", "copy_texts", ["version"])
