"""Texts are compared word by word and ordered by publication; articles record which version linked them to their stories."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, String, Text

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Start the texts anew: the indexer fills them from the articles, all of which it then links again."""
    op.drop_table("copy_bands")
    op.drop_table("copy_texts")
    op.create_table(
        "copy_texts",
        Column("number", Integer, primary_key=True),
        Column("id", String(32), nullable=False, unique=True),
        Column("source", Text, nullable=False),
        Column("published", BigInteger, nullable=False),
        Column("is_exact", Boolean, nullable=False),
        Column("collected", BigInteger, nullable=False),
        Column("digest", LargeBinary(16), nullable=False),
        Column("length", Integer, nullable=False),
        Column("key_count", Integer, nullable=False),
        Column("content", LargeBinary, nullable=False),
        Column("story", String(32)),
        Column("carries", Text, nullable=False),
        Column("version", Integer, nullable=False),
    )
    for column in ("collected", "story", "version"):
        op.create_index(f"ix_copy_texts_{column}", "copy_texts", [column])
    op.create_table(
        "copy_keys",
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("number", Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("copy_keys_by_number", "copy_keys", ["number"])
    op.add_column("articles", Column("linking", Integer, nullable=False, server_default="0"))
    op.create_index("ix_articles_linking", "articles", ["linking"])
