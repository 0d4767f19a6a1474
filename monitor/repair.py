"""Repairs an installation whose files are damaged, missing or do not belong together. Nothing is deleted.

What is readable of a damaged database is copied into a new one, which takes its place; the damaged file stays beside it. Articles
that only the index still has are put back into the archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from config.errors import ArchiveDamaged, ArchiveError, EngineError
from crawler.archive.archive import BODIES, DATABASE, open_archive
from crawler.archive.bodies import Bodies
from crawler.archive.database import Database
from crawler.archive.identity import store_id, stored_id, undamaged
from crawler.archive.indexes import rebuild_indexes
from crawler.archive.pages import pages
from crawler.archive.salvage import (
    copy_rows,
    count_unknown,
    drop_pages_without_address,
    put_back_pages,
    remove_database,
    replace_database,
)
from crawler.presence import only_one
from indexer.engine import mend_engine, open_engine, retire_engine
from indexer.jobs.articles import count_articles
from indexer.jobs.recover import recover
from monitor.backup import explained

_EXAMINED = 400  # bodies


def repair(data: Path, engine_url: str, now: datetime) -> list[str]:
    """Repair what can be repaired and return what was done, a sentence each; empty if nothing was wrong.

    If it is killed, repairing again starts over.

    Raises:
        AlreadyRunning: a crawler or an indexer is running in the data folder.
        ArchiveError: a file cannot be read or written, or the data folder has nothing to repair.
    """
    if not any((data / name).exists() for name in (DATABASE, BODIES)):
        raise ArchiveError(f"{data}: contains no archive to repair; restore a backup, or set PARLEY_DATA to its folder")
    with explained(data), only_one(data, "crawler"), only_one(data, "indexer"):
        return list(_repaired(data, engine_url, now))


def _repaired(data: Path, engine_url: str, now: datetime) -> Iterator[str]:
    if mended := mend_engine(engine_url):
        yield mended
    for name in (DATABASE, BODIES):
        if rebuilt := _rebuild_indexes(data / name, is_bodies=name == BODIES):
            yield f"{data / name}: rebuilt the damaged indexes {', '.join(rebuilt)}; nothing was lost"
    if (data / BODIES).exists() and _is_damaged(data / BODIES, is_bodies=True):
        yield _renew_bodies(data / BODIES, now)
    ours, theirs = _ids(data)
    if ours and theirs and ours != theirs and undamaged(ours, theirs):
        open_archive(data).close()
        ours, theirs = _ids(data)
        yield f"{data}: the id of the archive was damaged in one of its files and is taken from the other"
    if ours and theirs and ours != theirs and _has_foreign_bodies(data, engine_url, ours, theirs):
        yield _set_bodies_aside(data, ours, now)
        theirs = ours
    if not ours or (theirs and ours != theirs):
        yield from _renew_database(data, engine_url, now)
    if not theirs:
        yield _begin_bodies(data)
    if number := _fill_empty(data, engine_url):
        yield f"{data / DATABASE}: had no articles; {number:,} were put back from the index"
    if retired := retire_engine(engine_url):
        yield retired


def _ids(data: Path) -> tuple[str | None, str | None]:
    """Return the ids in the sound files of the archive; None for a file that is missing, damaged or has no id."""
    sound = (data / DATABASE).exists() and not _is_damaged(data / DATABASE, is_bodies=False)
    ours = _id(Database(data / DATABASE)) if sound else None
    return ours, _id(Bodies(data / BODIES).database) if (data / BODIES).exists() else None


def _id(database: Database) -> str | None:
    try:
        with database.read() as connection:
            return stored_id(connection)
    finally:
        database.close()


def _rebuild_indexes(path: Path, *, is_bodies: bool) -> list[str]:
    if not path.exists():
        return []
    try:
        database = Bodies(path).database if is_bodies else Database(path)
    except ArchiveDamaged:  # no database
        return []
    try:
        return rebuild_indexes(database)
    finally:
        database.close()


def _is_damaged(path: Path, *, is_bodies: bool) -> bool:
    try:
        database = Bodies(path).database if is_bodies else Database(path)
    except ArchiveDamaged:
        return True
    try:
        return bool(database.find_damage())
    finally:
        database.close()


def _renew_bodies(path: Path, now: datetime) -> str:
    work = path.with_name(f"{path.name}.repairing")
    remove_database(work)
    Bodies(work).close()
    copied = copy_rows(path, work)
    aside = replace_database(path, work, now)
    return f"{path}: damaged; {copied:,} readable rows are in a new file, and the damaged one is kept as {aside}"


def _has_foreign_bodies(data: Path, engine_url: str, ours: str, theirs: str) -> bool:
    """Return whether the bodies, and not the database, are those of another archive.

    The index belongs to one of the two. Without an index, the database is the other one's unless it has articles of its own and
    none of the bodies: nothing is collected into a new database beside bodies that are not its own.
    """
    if _accepts(engine_url, ours) != _accepts(engine_url, theirs):
        return _accepts(engine_url, ours)
    database, bodies = Database(data / DATABASE), Bodies(data / BODIES)
    try:
        with database.read() as connection:
            hashes = list(connection.scalars(select(pages.c.body_hash).distinct().limit(_EXAMINED)))
            return bool(count_articles(connection)) and not bodies.existing(hashes)
    finally:
        database.close()
        bodies.close()


def _accepts(engine_url: str, archive: str) -> bool:
    """Return whether there is an index that can be that of an archive."""
    try:
        open_engine(engine_url, archive=archive).close()
    except EngineError:
        return False
    return True


def _set_bodies_aside(data: Path, ours: str, now: datetime) -> str:
    path = data / BODIES
    work = path.with_name(f"{BODIES}.repairing")
    remove_database(work)
    bodies = Bodies(work)
    with bodies.database.write() as connection:
        store_id(connection, ours)
    bodies.close()
    aside = replace_database(path, work, now, why="foreign")
    return f"{path}: belongs to another archive, and is kept as {aside}; put your own back in its place, or go on with a new one"


def _renew_database(data: Path, engine_url: str, now: datetime) -> Iterator[str]:
    """Replace parley.db by a new one with all of its readable rows and the articles that only the index has."""
    path = data / DATABASE
    work = path.with_name(f"{DATABASE}.repairing")
    remove_database(work)
    database = Database(work)
    copied = copy_rows(path, work)
    with database.write() as connection:
        drop_pages_without_address(connection)
    _take_id(data, database)
    try:
        recovered, why = _from_index(database, engine_url), ""
    except EngineError as error:
        recovered, why = 0, f"; the index could not be used: {error}"
    of_bodies = _from_bodies(data / BODIES, database)
    database.close()
    aside = replace_database(path, work, now)
    kept = f"; the file from before is kept as {aside}" if aside else ""
    rows = f"rebuilt with {copied:,} rows that could be read, and {recovered:,} articles from the index{why}"
    yield f"{path}: {rows}{of_bodies}{kept}"


def _from_bodies(path: Path, database: Database) -> str:
    """Put back the pages that only the bodies still know, and say so."""
    if not path.exists():
        return ""
    bodies = Bodies(path)
    number, unknown = put_back_pages(database, bodies), count_unknown(database, bodies)
    bodies.close()
    pages = f"; {number:,} pages are put back from {BODIES}, and `parley index` extracts their articles again"
    nameless = f"; {unknown:,} bodies stay unused: they were collected before addresses were stored beside bodies"
    return (pages if number else "") + (nameless if unknown else "")


def _take_id(data: Path, database: Database) -> None:
    """Give the new database the id of the bodies, which it belongs to."""
    if not (data / BODIES).exists():
        return
    bodies = Bodies(data / BODIES)
    with bodies.database.read() as connection:
        theirs = stored_id(connection)
    bodies.close()
    if theirs:
        with database.write() as connection:
            store_id(connection, theirs)


def _from_index(database: Database, engine_url: str) -> int:
    with database.read() as connection:
        id = stored_id(connection)
    engine = open_engine(engine_url, archive=id)
    try:
        return recover(engine, database)
    finally:
        engine.close()


def _fill_empty(data: Path, engine_url: str) -> int:
    """Put the articles of the index into an archive that has none, and return their number."""
    database = Database(data / DATABASE)
    try:
        with database.read() as connection:
            if count_articles(connection):
                return 0
        return _from_index(database, engine_url)
    except EngineError:  # there is no index, or none that can be used
        return 0
    finally:
        database.close()


def _begin_bodies(data: Path) -> str:
    """Make an empty file of bodies that belongs to the database, in place of one that is lost."""
    database, bodies = Database(data / DATABASE), Bodies(data / BODIES)
    with database.write() as connection, bodies.database.write() as of_bodies:
        id = stored_id(connection)
        if id:
            store_id(of_bodies, id)
        lost = connection.scalar(select(func.count()).select_from(pages)) or 0
    database.close()
    bodies.close()
    return (
        f"{data / BODIES}: missing; a new file is begun. The {lost:,} pages in the lost one cannot be extracted again"
    )
