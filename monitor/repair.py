"""Repairs an installation whose files are damaged, missing or do not belong together. Nothing is deleted.

What is readable of a damaged database is copied into a new one, which takes its place; the damaged file stays beside it. Articles
that only the index still has are put back into the archive, before an index that is damaged is set aside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from config.errors import ArchiveDamaged, ArchiveError, EngineError
from crawler.archive.archive import BODIES, DATABASE, Archive, open_archive
from crawler.archive.bodies import Bodies, has_bodies
from crawler.archive.database import Database, check_folder
from crawler.archive.identity import new_id, store_id, stored_id, undamaged
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
from crawler.archive.soundness import mend
from crawler.presence import only_one
from indexer.engine import mend_engine, open_engine, owner_of_engine, retire_engine, salvage_engine
from indexer.jobs.articles import count_articles, pages_set_aside, set_damaged_aside
from indexer.jobs.comparing import count_pruned
from indexer.jobs.recover import Recovered, recover
from indexer.jobs.refill import Surplus, surplus
from indexer.query.tree import Everything
from monitor.backup import explained
from monitor.orphans import orphans
from monitor.sentences import counted

_EXAMINED = 400  # bodies


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done, and what is still wrong, a sentence each."""

    sentences: Sequence[str]
    remaining: Sequence[str]


def repair(data: Path, engine_url: str, now: datetime) -> Repair:
    """Repair what can be repaired; nothing is done if nothing is wrong.

    If it is killed, repairing again starts over.

    Raises:
        AlreadyRunning: a crawler or an indexer is running in the data folder.
        ArchiveError: a file cannot be read or written, or the data folder has nothing to repair.
    """
    check_folder(data)
    if not any((data / name).exists() for name in (DATABASE, BODIES)) and not orphans(data, engine_url):
        raise ArchiveError(f"{data}: contains no archive to repair; restore a backup, or set PARLEY_DATA to its folder")
    with explained(data), only_one(data, "crawler"), only_one(data, "indexer"):
        sentences = list(_repaired(data, engine_url, now))
        return Repair(sentences, list(_remaining(data, engine_url)))


def _repaired(data: Path, engine_url: str, now: datetime) -> Iterator[str]:
    if mended := mend_engine(engine_url):
        yield mended
    for name in (DATABASE, BODIES):
        if rebuilt := _rebuild_indexes(data / name, is_bodies=name == BODIES):
            yield f"{data / name}: rebuilt the damaged indexes {', '.join(rebuilt)}; nothing was lost"
    is_damaged = (data / BODIES).exists() and _is_damaged(data / BODIES, is_bodies=True)
    if is_damaged:
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
    if not theirs and (begun := _begin_bodies(data)) and not is_damaged:
        yield begun
    yield from _use_index(data, engine_url)


def _remaining(data: Path, engine_url: str) -> Iterator[str]:
    """Yield what is wrong and cannot be repaired here."""
    archive = open_archive(data)
    try:
        yield from archive.find_damaged_files()
        yield from () if archive.trouble else _unread(archive)
        if number := _pruned_in_index(archive.database, engine_url):
            yield f"the index has {counted(number, 'article')} that the archive has pruned; `parley rebuild` removes them"
    finally:
        archive.close()


def _unread(archive: Archive) -> Iterator[str]:
    """Yield what becomes of the articles that are damaged in the archive."""
    with archive.database.read() as connection:
        waiting = pages_set_aside(connection)
    lost = [id for id, page in waiting.items() if not _has_body(archive, page)]
    if number := len(waiting) - len(lost):
        yield f"{counted(number, 'article')} damaged; `parley index` reads what they are made of again"
    if lost:
        which = f"{counted(len(lost), 'article')} lost, such as {lost[0]}"
        yield f"{which}: neither archive, page nor index has it whole; a backup may"


def _has_body(archive: Archive, page: int) -> bool:
    try:
        archive.body(page)
    except ArchiveError:
        return False
    return True


def _pruned_in_index(database: Database, engine_url: str) -> int:
    try:
        with closing(open_engine(engine_url, archive=_stored_id(database))) as engine:
            return count_pruned(engine, database) if surplus(engine, database).articles > 0 else 0
    except EngineError:  # there is no index, or none that can be used
        return 0


def _ids(data: Path) -> tuple[str | None, str | None]:
    """Return the ids in the sound files of the archive; None for a file that is missing, damaged or has no id."""
    sound = (data / DATABASE).exists() and not _is_damaged(data / DATABASE, is_bodies=False)
    ours = _id(Database(data / DATABASE)) if sound else None
    return ours, _id(Bodies(data / BODIES).database) if (data / BODIES).exists() else None


def _id(database: Database) -> str | None:
    try:
        return _stored_id(database)
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
    copied = copy_rows(path, work).get("bodies", 0)
    aside = replace_database(path, work, now)
    readable = "1 body that could be read is" if copied == 1 else f"{copied:,} bodies that could be read are"
    return f"{path}: damaged; {readable} in a new file, and the damaged one is kept as {aside}"


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
    _take_id(data, engine_url, database)
    try:
        recovered, why = _from_index(database, engine_url), ""
    except EngineError as error:
        recovered, why = Recovered(), f"; the index could not be used: {error}"
    clauses = _from_bodies(data / BODIES, database)
    database.close()
    if aside := replace_database(path, work, now):
        clauses.append(f"the file from before is kept as {aside}")
    read = f"{counted(sum(copied.values()), 'row')} that could be read"
    rows = f"rebuilt with {read}, and {counted(recovered.added, 'article')} from the index{why}"
    yield f"{path}: {'; '.join([rows, *clauses])}"


def _from_bodies(path: Path, database: Database) -> list[str]:
    """Put back the pages that only the bodies still know, and say so."""
    if not path.exists():
        return []
    bodies = Bodies(path)
    clauses = _put_back_pages(database, bodies)
    if unknown := count_unknown(database, bodies):
        clauses.append(
            f"{unknown:,} bodies stay unused: they were collected before addresses were stored beside bodies"
        )
    bodies.close()
    return clauses


def _put_back_pages(database: Database, bodies: Bodies) -> list[str]:
    number = put_back_pages(database, bodies)
    put_back = f"{counted(number, 'page')} put back from {BODIES}, and `parley index` extracts their articles again"
    return [put_back] if number else []


def _take_id(data: Path, engine_url: str, database: Database) -> None:
    """Give the new database the id of the bodies, which it belongs to; where they have none, its own or that of the index."""
    theirs = None
    if (data / BODIES).exists():
        bodies = Bodies(data / BODIES)
        theirs = _stored_id(bodies.database)
        bodies.close()
    id = theirs or _stored_id(database) or _owner(engine_url)
    if id:
        with database.write() as connection:
            store_id(connection, id)


def _owner(engine_url: str) -> str | None:
    try:
        return owner_of_engine(engine_url)
    except EngineError:
        return None


def _stored_id(database: Database) -> str | None:
    with database.read() as connection:
        return stored_id(connection)


def _from_index(database: Database, engine_url: str) -> Recovered:
    """Put what a database lacks into it from the index, damaged or not."""
    id = _stored_id(database)
    left = recover(salvage_engine(engine_url, archive=id), database)
    try:
        with closing(open_engine(engine_url, archive=id)) as engine:
            return left + recover(engine.scan(Everything()), database)
    except EngineError:
        if left == Recovered():
            raise
        return left


def _use_index(data: Path, engine_url: str) -> Iterator[str]:
    """Put into the archive what only the index and the bodies have, and set an index that is damaged aside afterwards."""
    archive = open_archive(data)
    try:
        archive.check()
        id = _stored_id(archive.database)
        mend(archive.database)
        set_damaged_aside(archive.database)
        recovered = recover(salvage_engine(engine_url, archive=id), archive.database)
        try:
            with closing(open_engine(engine_url, archive=id)) as engine:
                if surplus(engine, archive.database) != Surplus():
                    recovered += recover(engine.scan(Everything()), archive.database)
        except EngineError:  # there is no index, or none that can be used
            pass
        if recovered.replaced:
            yield f"{data / DATABASE}: {counted(recovered.replaced, 'damaged article')} taken from the index"
        if recovered.added:
            yield f"{data / DATABASE}: {counted(recovered.added, 'missing article')} put back from the index"
        yield from (f"{data / DATABASE}: {clause}" for clause in _put_back_pages(archive.database, archive.bodies))
        if retired := retire_engine(engine_url, archive=id):
            yield retired
    finally:
        archive.close()


def _begin_bodies(data: Path) -> str:
    """Let the bodies belong to the database; begin a new file in place of one that is lost, and say so."""
    database, bodies = Database(data / DATABASE), Bodies(data / BODIES)
    with database.write() as connection, bodies.database.write() as of_bodies:
        store_id(of_bodies, stored_id(connection) or store_id(connection, new_id()))
        is_filled = has_bodies(of_bodies)
        lost = connection.scalar(select(func.count()).select_from(pages)) or 0
    database.close()
    bodies.close()
    if is_filled:
        return ""
    begun = f"{data / BODIES}: missing; a new file is begun"
    return f"{begun}. {counted(lost, 'page')} in the lost one cannot be extracted again" if lost else begun
