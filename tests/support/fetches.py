"""The history of fetches, newest first, as tests look at it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from crawler.archive.fetches import Fetch, fetches


def newest_fetches(connection: Connection) -> list[Fetch]:
    """Return all fetches, the last one recorded first."""
    query = select(*(fetches.c[name] for name in Fetch.__dataclass_fields__)).order_by(fetches.c.number.desc())
    return [Fetch(**row) for row in connection.execute(query).mappings()]
