"""Runs the migrations on the connection, and inside the transaction, that `crawler.archive.migration` gives."""

from __future__ import annotations

from alembic import context

# Alembic assumes that the driver commits at every change of a table; ours leaves transactions to crawler.archive.database.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
