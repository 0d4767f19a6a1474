"""What alert rules remember, the messages they made, and the deliveries of these to channels."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, Text, text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the tables; the part that watches the rules fills them."""
    op.create_table(
        "alert_rules",
        Column("rule", Text, primary_key=True, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("snoozed_until", BigInteger),
    )
    op.create_table(
        "alert_messages",
        Column("number", Integer, primary_key=True, nullable=False),
        Column("key", Text, nullable=False, unique=True),
        Column("rule", Text, nullable=False),
        Column("made", BigInteger, nullable=False),
        Column("document", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_messages_made", "alert_messages", ["made"])
    op.create_table(
        "alert_deliveries",
        Column("number", Integer, primary_key=True, nullable=False),
        Column("message", Integer, ForeignKey("alert_messages.number"), nullable=False),
        Column("channel", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("due", BigInteger, nullable=False),
        Column("failed_since", BigInteger),
        Column("sent", BigInteger),
        Column("given_up", Boolean, nullable=False),
        Column("detail", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_deliveries_message", "alert_deliveries", ["message"])
    op.create_index(
        "alert_deliveries_open",
        "alert_deliveries",
        ["due"],
        sqlite_where=text("sent IS NULL AND NOT given_up"),
    )
