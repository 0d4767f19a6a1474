"""What the pages of each source repeat word for word."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, LargeBinary, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table of digests, and the index by which the newest pages of a source are found."""
    op.create_table(
        "repeats",
        Column("source", Text, nullable=False, primary_key=True),
        Column("kind", Text, nullable=False, primary_key=True),
        Column("digest", LargeBinary(8), nullable=False, primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("pages_by_source", "pages", ["source", "number"])
