"""The archive remembers the time that maintenance saw last, to notice a clock that jumped ahead."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table; the first round of maintenance fills it."""
    op.create_table(
        "clock",
        Column("number", Integer, primary_key=True, nullable=False),
        Column("seen", BigInteger, nullable=False),
        Column("jumped_from", BigInteger),
        Column("jumped_to", BigInteger),
    )
