"""The tables of schema 1, from before migrations were numbered; a database of that time has some of them or all."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Text, text
from sqlalchemy import PrimaryKeyConstraint as PrimaryKey
from sqlalchemy import UniqueConstraint as Unique

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables that are missing."""
    _feeds()
    _fetches()
    _urls_and_pages()
    _articles()
    _copies()
    _themes()
    _requests()


def _feeds() -> None:
    op.create_table(
        "feeds",
        Column("id", Text, nullable=False),
        Column("setup", String(32), nullable=False),
        Column("site", Text, nullable=False),
        Column("polled", Boolean, nullable=False),
        Column("next_due", BigInteger, nullable=False),
        Column("lease_until", BigInteger),
        Column("failures", Integer, nullable=False),
        Column("failing_since", BigInteger),
        Column("last_poll", BigInteger),
        Column("last_success", BigInteger),
        Column("last_new", BigInteger),
        Column("rhythm", Integer),
        Column("outcome", Text),
        Column("detail", Text, nullable=False),
        PrimaryKey("id"),
        if_not_exists=True,
    )
    op.create_index("feeds_due", "feeds", ["polled", "next_due"], if_not_exists=True)
    op.create_table(
        "validators",
        Column("feed", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("etag", Text),
        Column("last_modified", Text),
        Column("body_hash", String(32), nullable=False),
        Column("saved", BigInteger, nullable=False),
        PrimaryKey("feed", "url"),
        if_not_exists=True,
    )
    op.create_table(
        "sites",
        Column("site", Text, nullable=False),
        Column("not_before", BigInteger, nullable=False),
        PrimaryKey("site"),
        if_not_exists=True,
    )


def _fetches() -> None:
    op.create_table(
        "deliveries",
        Column("feed", Text, nullable=False),
        Column("day", Integer, nullable=False),
        Column("hours", Integer, nullable=False),
        PrimaryKey("feed", "day"),
        if_not_exists=True,
    )
    op.create_table(
        "fetches",
        Column("number", Integer, nullable=False),
        Column("feed", Text, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("status", Integer),
        Column("milliseconds", Integer, nullable=False),
        Column("bytes", Integer, nullable=False),
        Column("found", Integer, nullable=False),
        Column("new", Integer, nullable=False),
        Column("detail", Text, nullable=False),
        PrimaryKey("number"),
        if_not_exists=True,
    )
    op.create_index("fetches_by_feed", "fetches", ["feed", "at"], if_not_exists=True)
    op.create_index("fetches_by_time", "fetches", ["at"], if_not_exists=True)


def _urls_and_pages() -> None:
    op.create_table(
        "urls",
        Column("serial", Integer, primary_key=True),
        Column("id", String(32), nullable=False),
        Column("url", Text, nullable=False),
        Column("site", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("feed", Text, nullable=False),
        Column("discovered", BigInteger, nullable=False),
        Column("first_collected", BigInteger),
        Column("state", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("due", BigInteger, nullable=False),
        Column("lease_until", BigInteger),
        Column("attempts", Integer, nullable=False),
        Column("hints", Text),
        Column("digest", Text),
        Unique("id"),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index("urls_by_state", "urls", ["state", "site", "due"], if_not_exists=True)
    op.create_table(
        "pages",
        Column("number", Integer, primary_key=True),
        Column("serial", Integer, ForeignKey("urls.serial"), nullable=False),
        Column("body_hash", String(32), nullable=False),
        Column("collected", BigInteger, nullable=False),
        Column("final_url", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("feed", Text, nullable=False),
        Column("content_type", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("hints", Text),
        Column("state", Text, nullable=False),
        Column("detail", Text, nullable=False),
        Column("claimed_until", BigInteger),
        Column("attempts", Integer, nullable=False),
        Column("crashes", Integer, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index("pages_by_state", "pages", ["state", "number"], if_not_exists=True)
    op.create_index("pages_by_serial", "pages", ["serial", "number"], if_not_exists=True)


def _articles() -> None:
    op.create_table(
        "articles",
        Column("serial", Integer, nullable=False),
        Column("id", Text, nullable=False),
        Column("page", Integer, nullable=False),
        Column("extractor", Integer, nullable=False),
        Column("waiting", Boolean, nullable=False),
        Column("data", LargeBinary, nullable=False),
        PrimaryKey("serial"),
        Unique("id"),
        if_not_exists=True,
    )
    op.create_index("ix_articles_page", "articles", ["page"], if_not_exists=True)
    waiting = text("waiting")
    op.create_index("articles_waiting", "articles", ["waiting"], sqlite_where=waiting, if_not_exists=True)


def _copies() -> None:
    op.create_table(
        "copy_texts",
        Column("number", Integer, nullable=False),
        Column("id", String(32), nullable=False),
        Column("collected", BigInteger, nullable=False),
        Column("digest", LargeBinary(16), nullable=False),
        Column("shingles", Integer, nullable=False),
        Column("minhash", LargeBinary(256)),
        Column("story", String(32)),
        PrimaryKey("number"),
        Unique("id"),
        if_not_exists=True,
    )
    op.create_index("copy_texts_by_collected", "copy_texts", ["collected", "id"], if_not_exists=True)
    op.create_table(
        "copy_bands",
        Column("band", BigInteger, nullable=False),
        Column("number", Integer, nullable=False),
        PrimaryKey("band", "number"),
        sqlite_with_rowid=False,
        if_not_exists=True,
    )
    op.create_index("copy_bands_by_number", "copy_bands", ["number"], if_not_exists=True)


def _themes() -> None:
    op.create_table(
        "theme_versions",
        Column("theme", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("digest", Text, nullable=False),
        Column("recorded", BigInteger, nullable=False),
        Column("definition", Text, nullable=False),
        PrimaryKey("theme", "version"),
        if_not_exists=True,
    )
    op.create_table(
        "sweeps",
        Column("theme", Text, nullable=False),
        Column("version", Integer, nullable=False),
        Column("begun", BigInteger, nullable=False),
        Column("added", Integer, nullable=False),
        Column("removed", Integer, nullable=False),
        Column("finished", BigInteger),
        Column("articles", Integer),
        PrimaryKey("theme", "version"),
        if_not_exists=True,
    )


def _requests() -> None:
    op.create_table(
        "requests",
        Column("number", Integer, primary_key=True),
        Column("work", Text, nullable=False),
        Column("argument", Text, nullable=False),
        Column("asked", BigInteger, nullable=False),
        Column("state", Text, nullable=False),
        Column("progress", Float, nullable=False),
        Column("message", Text, nullable=False),
        sqlite_autoincrement=True,
        if_not_exists=True,
    )
    op.create_index("ix_requests_state", "requests", ["state"], if_not_exists=True)
