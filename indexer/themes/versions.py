"""Theme versions: every query a theme has had, since when, and what the sweep to it changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, Table, Text, and_, func, insert, select, update

from crawler.archive.database import UTCDateTime, metadata
from indexer.themes.sweep import Difference

theme_versions = Table(
    "theme_versions",
    metadata,
    Column("theme", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False, info={"neutral": "''"}),
    Column("recorded", UTCDateTime, nullable=False, info={"neutral": 0}),
    Column("definition", Text, nullable=False, info={"neutral": "'{}'"}),
)
sweeps = Table(
    "sweeps",
    metadata,
    Column("theme", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("begun", UTCDateTime, nullable=False),
    Column("added", Integer, nullable=False),
    Column("removed", Integer, nullable=False),
    Column("finished", UTCDateTime),
    Column("articles", Integer),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeVersion:
    """One version of a theme's query, in use from `recorded` (UTC) on.

    Attributes:
        definition: the theme's queries as JSON, see `indexer.themes.compile.CompiledTheme`.
        added, removed: numbers of articles that gained and lost the tag in the first sweep to this version; None before it.
        swept: when that sweep ended, UTC; None before that.
        articles: number of articles that carried the tag at that time.
    """

    theme: str
    version: int
    digest: str
    recorded: datetime
    definition: str
    added: int | None
    removed: int | None
    swept: datetime | None
    articles: int | None


@dataclass(frozen=True, slots=True)
class Definition:
    """The queries and the contexts of a theme's version, by language."""

    query: dict[str, str]
    context: dict[str, str]


def definition_of(version: ThemeVersion) -> Definition | None:
    """Return what a version asks for; None when that was damaged or never recorded."""
    try:
        parts = json.loads(version.definition)
        return Definition(dict(parts["query"]), dict(parts["context"]))
    except (ValueError, TypeError, KeyError):
        return None


_JOINED = theme_versions.outerjoin(
    sweeps, and_(theme_versions.c.theme == sweeps.c.theme, theme_versions.c.version == sweeps.c.version)
)
_COLUMNS = (
    *(theme_versions.c[name] for name in ("theme", "version", "digest", "recorded", "definition")),
    sweeps.c.added,
    sweeps.c.removed,
    sweeps.c.finished.label("swept"),
    sweeps.c.articles,
)


def history(connection: Connection, theme: str) -> list[ThemeVersion]:
    """Return all versions of a theme, oldest first; empty for a theme that has never been indexed."""
    query = select(*_COLUMNS).select_from(_JOINED).where(theme_versions.c.theme == theme)
    rows = connection.execute(query.order_by(theme_versions.c.version)).mappings()
    return [ThemeVersion(**row) for row in rows]


def latest_versions(connection: Connection) -> dict[str, ThemeVersion]:
    """Return the newest recorded version of every theme, removed themes included."""
    other = theme_versions.alias()
    newest = select(func.max(other.c.version)).where(other.c.theme == theme_versions.c.theme).scalar_subquery()
    rows = connection.execute(
        select(*_COLUMNS).select_from(_JOINED).where(theme_versions.c.version == newest)
    ).mappings()
    return {row["theme"]: ThemeVersion(**row) for row in rows}


def record_version(connection: Connection, theme: str, digest: str, definition: str, now: datetime) -> int:
    """Record a new version of the theme unless the newest one has this digest; return the newest version's number."""
    newest = latest_versions(connection).get(theme)
    if newest and newest.digest == digest:
        return newest.version
    version = newest.version + 1 if newest else 1
    row = {"theme": theme, "version": version, "digest": digest, "recorded": now, "definition": definition}
    connection.execute(insert(theme_versions), row)
    return version


def begin_sweep(connection: Connection, theme: str, version: int, planned: Difference, now: datetime) -> None:
    """Record what the sweep to a version is about to change, unless an earlier start of it has been recorded."""
    earlier = select(sweeps.c.theme).where(sweeps.c.theme == theme, sweeps.c.version == version)
    if connection.execute(earlier).first() is None:
        row = {"theme": theme, "version": version, "added": planned.missing, "removed": planned.stale, "begun": now}
        connection.execute(insert(sweeps), row)


def finish_sweep(connection: Connection, theme: str, version: int, articles: int, now: datetime) -> None:
    """Record the end of the first sweep to a version and how many articles have the tag."""
    unfinished = sweeps.c.theme == theme, sweeps.c.version == version, sweeps.c.finished.is_(None)
    connection.execute(update(sweeps).where(*unfinished).values(finished=now, articles=articles))
