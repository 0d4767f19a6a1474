"""The archive as the indexer uses it: claim pages, read their bodies, record their outcomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, RowMapping, Select, Table, bindparam, func, literal, select, update

from config.errors import ArchiveError, BodyLost
from crawler.archive import damage
from crawler.archive.addresses import serials_of_article
from crawler.archive.batches import AT_ONCE, batches
from crawler.archive.bodies import Bodies, has_bodies
from crawler.archive.damage import Damage
from crawler.archive.database import Database, check_folder
from crawler.archive.failures import fail_refused
from crawler.archive.frontier import urls
from crawler.archive.hints import LOST
from crawler.archive.identity import new_id, store_id, stored_id, undamaged
from crawler.archive.leases import ENDED, Owner
from crawler.archive.pages import leases, pages
from crawler.archive.queue import next_pages, sources_waiting
from crawler.archive.salvage import put_back_pages
from crawler.outcomes import PASSING, Outcome
from crawler.page import Page

DATABASE, BODIES = "parley.db", "bodies.db"
RESTORING = "restoring"  # a folder in the data folder, there while a backup is being restored


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page with its state (`pending`, `indexed` or another outcome) and a sentence about it."""

    page: Page
    state: str
    detail: str


class Archive:
    """All pages and all crawl state of an installation.

    Several processes may open the same archive. Every method raises ArchiveError when the file cannot be read or written, and
    then changes nothing.
    """

    def __init__(self, database: Database, bodies: Bodies) -> None:
        self.database = database
        self.bodies = bodies

    def sources_waiting(self, *, troubled: bool = False) -> list[str]:
        """Return the sources that have pending pages, or only those with pages whose extraction did not finish the last time."""
        with self.database.read() as connection:
            return sources_waiting(connection, troubled=troubled)

    def claim_pages(
        self,
        limit: int,
        now: datetime,
        lease: timedelta,
        owner: Owner,
        *,
        shares: Mapping[str, int] | None = None,
        troubled: bool | None = None,
    ) -> list[Page]:
        """Lease pending pages until `now + lease`, the oldest of each source, and count an attempt on each.

        Args:
            limit: how many pages at most.
            shares: source → how many of its pages at most; None for all pages of all sources.
            troubled: only pages whose extraction did not finish the last time, or only others; None for both.
        """
        free = leases.are_free(now, lease)
        with self.database.write() as connection:
            shares = dict.fromkeys(sources_waiting(connection), limit) if shares is None else shares
            numbers = next_pages(connection, shares, free, troubled=troubled)[:limit]
            claimed: list[Page] = []
            for some in batches(numbers):
                taken = leases.claim(pages.c.number.in_(some), owner, now + lease)
                connection.execute(taken.values(attempts=pages.c.attempts + 1))
                rows = connection.execute(_select_pages().where(pages.c.number.in_(some)).order_by(pages.c.number))
                claimed += [_page(row) for row in rows.mappings()]
            _drop_lost_hints(connection, claimed)
        return claimed

    def body_names(self, page_numbers: Collection[int]) -> dict[int, str]:
        """Return page number → hash of its body."""
        hashes: dict[int, str] = {}
        with self.database.read() as connection:
            for some in batches(page_numbers):
                rows = connection.execute(select(pages.c.number, pages.c.body_hash).where(pages.c.number.in_(some)))
                hashes.update(rows.all())
        return hashes

    def body(self, page_number: int) -> bytes:
        """Return the raw body of a page."""
        with self.database.read() as connection:
            name = connection.scalar(select(pages.c.body_hash).where(pages.c.number == page_number))
        if name is None:
            raise ArchiveError(f"{self.database.path}: there is no page {page_number}")
        return self.bodies.get(name)

    def finish_pages(self, outcomes: Mapping[int, tuple[str, str]]) -> None:
        """Set the state and detail of leased pages, by page number, and end their leases; all pages or none.

        The address of a page collected lately that is no article for a cause that may pass is fetched again. A page whose lease
        has ended meanwhile stays pending: it became known that it must be extracted again.
        """
        if not outcomes:
            return
        ended = update(pages).where(pages.c.number == bindparam("page"), pages.c.lease_owner.is_not(None))
        rows = [{"page": page, "state": state, "detail": detail} for page, (state, detail) in outcomes.items()]
        with self.database.write() as connection:
            connection.execute(ended.values(**ENDED), rows)
            refused = [page for page, (state, _) in outcomes.items() if state in PASSING]
            fail_refused(connection, refused, datetime.now(UTC))

    def give_back_pages(self, owner: Owner, *, but: Collection[int] = ()) -> int:
        """End the leases of an owner, except those of some pages, and return their number."""
        with self.database.write() as connection:
            return leases.give_back(connection, owner, pages.c.number.not_in(but))

    def take_over_pages(self, owner: Owner) -> int:
        """End the leases of all owners in this owner's role, whose lock it holds, and return their number."""
        with self.database.write() as connection:
            return leases.take_over(connection, owner)

    def record_crash(self, page_number: int) -> int:
        """Record that a page crashed its worker and return how often it has done so."""
        increment = update(pages).where(pages.c.number == page_number).values(crashes=pages.c.crashes + 1)
        with self.database.write() as connection:
            return int(connection.execute(increment.returning(pages.c.crashes)).scalar_one())

    def pages_of(self, article_id: str) -> list[KeptPage]:
        """Return every page collected for an article, at any of its addresses, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(_select_pages().where(serials_of_article(article_id)).order_by(pages.c.number))
            return [KeptPage(_page(row), row["state"], row["detail"]) for row in rows.mappings()]

    def count_pages_by_state(self) -> dict[str, int]:
        """Return state → number of pages."""
        with self.database.read() as connection:
            rows = connection.execute(select(pages.c.state, func.count()).group_by(pages.c.state))
            return dict(rows.all())

    def oldest_pending(self) -> datetime | None:
        """Return when the oldest page still waiting for the indexer was collected, or None."""
        oldest = select(pages.c.collected).where(pages.c.state == Outcome.PENDING).order_by(pages.c.number).limit(1)
        with self.database.read() as connection:
            return connection.scalar(oldest)

    def copy_to(self, folder: Path) -> list[str]:
        """Copy the current archive to a folder, while the crawler and the indexer keep running.

        Returns:
            What is damaged in the copy, a sentence each.

        Raises:
            ArchiveError: it cannot be read or written.
        """
        # In this order every page in the copy has its body: bodies are written before the pages that refer to them. Only a prune
        # in between removes some, of articles that are to go anyway; the copy names them as lost.
        self.database.copy_to(folder / DATABASE)
        self.bodies.copy_to(folder / BODIES)
        try:
            copy = open_archive(folder)
        except ArchiveError as error:
            return [str(error)]
        try:
            with suppress(ArchiveError):  # what cannot be read of the copy is named below
                put_back_pages(copy.database, copy.bodies)  # of pages collected in between, it has the bodies alone
            return copy.find_damage()
        finally:
            copy.close()

    def find_damage(self) -> list[str]:
        """Return what is damaged, a sentence each: files, and rows that were set aside."""
        sentences = self.find_damaged_files()
        try:
            with self.database.read() as connection:
                return sentences + [str(row) for row in damage.recorded(connection) if not row.is_repaired]
        except ArchiveError as error:
            return [*sentences, str(error)]

    def find_damaged_files(self) -> list[str]:
        """Return what is wrong with the files of both databases and with the bodies of pages, a sentence each."""
        if self.trouble:
            return [*self.database.find_damage(), self.trouble]
        sentences = [*self.database.find_damage(), *self.bodies.database.find_damage()]
        try:
            number, example = self._lost_bodies()
        except ArchiveError as error:
            return [*sentences, str(error)]
        if number:
            bodies = "1 body of a page is" if number == 1 else f"{number:,} bodies of pages are"
            path = self.bodies.database.path
            sentences.append(f"{path}: {bodies} missing or damaged, such as {example}; a backup may have them")
        return sentences

    def _lost_bodies(self) -> tuple[int, str]:
        """Return how many bodies that pages refer to are missing or damaged, and the hash of one."""
        after, number, example = "", 0, ""
        following = select(pages.c.body_hash).distinct().order_by(pages.c.body_hash).limit(AT_ONCE)
        while True:
            with self.database.read() as connection:
                names = list(connection.scalars(following.where(pages.c.body_hash > after)))
            if not names:
                return number, example
            for name in names:
                try:
                    self.bodies.get(name)
                except BodyLost:
                    number, example = number + 1, name
            after = names[-1]

    @property
    def trouble(self) -> str:
        """Why the two files do not belong together, a sentence; empty when they do."""
        return self.bodies.trouble

    def check(self) -> None:
        """Check that the two files belong together, before anything is collected, deleted or replaced.

        Raises:
            ArchiveError: they do not; names the cure.
        """
        if self.trouble:
            raise ArchiveError(self.trouble)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()
        self.bodies.close()


def open_archive(data: Path) -> Archive:
    """Open the archive in a data folder, creating it if there is none.

    If its two files do not belong together, `Archive.trouble` says so, and the bodies cannot be used.

    Raises:
        ArchiveError: it cannot be opened, or its database is missing although there are bodies.
    """
    path, bodies = data / DATABASE, data / BODIES
    if not path.exists() and (data / RESTORING).exists():
        raise ArchiveError(
            f"{data}: restoring a backup was interrupted; run `parley restore` again, or delete {data / RESTORING}"
        )
    if not path.exists() and bodies.exists() and not _is_empty(bodies):
        raise ArchiveError(
            f"{path}: missing, although {BODIES} contains collected pages; put it back, restore a backup, "
            f"or run `parley repair`, which rebuilds it from {BODIES} and the index"
        )
    database = Database(path)
    if not bodies.exists() and _has_rows(database, pages):
        return Archive(database, Bodies(bodies, trouble=_missing(bodies)))
    archive = Archive(database, Bodies(bodies))
    if trouble := _identify(archive):
        archive.bodies.close()
        return Archive(database, Bodies(bodies, trouble=trouble))
    return archive


def make_archive(data: Path) -> None:
    """Make the archive in a data folder where there is none: the first step of collecting.

    Raises:
        ArchiveError: it cannot be made, or its files do not belong together.
    """
    archive = open_archive(data)
    try:
        archive.check()
    finally:
        archive.close()


def existing_archive(data: Path) -> Archive:
    """Open the archive in a data folder that has one; nothing is created.

    Raises:
        ArchiveError: there is none, or it cannot be opened.
    """
    check_folder(data)
    if not any((data / name).exists() for name in (DATABASE, BODIES, RESTORING)):
        raise ArchiveError(
            f"{data}: nothing has been collected into this folder; `parley run` starts collecting. "
            "If your data is elsewhere, set PARLEY_DATA to its folder"
        )
    return open_archive(data)


def _is_empty(bodies: Path) -> bool:
    file = Bodies(bodies)
    try:
        with file.database.read() as connection:
            return not has_bodies(connection)
    finally:
        file.close()


def _has_rows(database: Database, table: Table) -> bool:
    with database.read() as connection:
        return _is_filled(connection, table)


def _is_filled(connection: Connection, table: Table) -> bool:
    return connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None


def _missing(bodies: Path) -> str:
    return (
        f"{bodies}: missing or empty, although pages refer to it; put it back or restore a backup. "
        "Without one, `parley repair` continues with the stored articles and without the pages they were extracted from"
    )


def _identify(archive: Archive) -> str:
    """Give both databases the id of the archive where they have none yet; return why they do not belong together, or "".

    A new database beside bodies that are there already gets an id of its own: it is not the one that they belong to.
    """
    with archive.database.read() as connection:  # one after the other: an error names the file that was read
        ours = stored_id(connection)
    with archive.bodies.database.read() as of_bodies:
        theirs = stored_id(of_bodies)
    if not ours or not theirs:
        with archive.database.write() as connection, archive.bodies.database.write() as of_bodies:
            ours, theirs = _adopt(connection, of_bodies)
    if not theirs:
        return _missing(archive.bodies.path)
    if ours != theirs and not _restore_id(archive, ours, theirs):
        if not _has_rows(archive.database, urls):
            return (
                f"{archive.database.path}: empty, although {BODIES} has the pages of an archive; put the right file back, "
                f"restore a backup, or run `parley repair`, which rebuilds it from {BODIES} and the index"
            )
        return (
            f"{archive.database.path}: does not belong to {BODIES}, which has the pages of another archive; put the right "
            f"file back. If {DATABASE} was damaged or moved away, `parley repair` rebuilds it from {BODIES} and the index"
        )
    return ""


def _restore_id(archive: Archive, ours: str, theirs: str) -> bool:
    """Replace an id that is damaged by that of the other file, and return whether there was one."""
    id = undamaged(ours, theirs)
    if id is None:
        return False
    with archive.database.write() as connection, archive.bodies.database.write() as of_bodies:
        store_id(connection, id)
        store_id(of_bodies, id)
        detail = "the id of the archive was damaged and is restored"
        damage.record(connection, [Damage(place="archive", row=id, detail=detail, is_repaired=True)])
    return True


def _adopt(connection: Connection, of_bodies: Connection) -> tuple[str, str | None]:
    is_new = not _is_filled(connection, urls)
    is_emptied = _is_filled(connection, pages) and not has_bodies(of_bodies)
    theirs = stored_id(of_bodies)
    ours = stored_id(connection) or store_id(connection, new_id() if is_new or theirs is None else theirs)
    if theirs is None and not is_emptied:
        theirs = store_id(of_bodies, new_id() if is_new and has_bodies(of_bodies) else ours)
    return ours, theirs


def _drop_lost_hints(connection: Connection, claimed: Iterable[Page]) -> None:
    lost = [page for page in claimed if page.hints is LOST]
    for page in lost:
        connection.execute(update(pages).where(pages.c.number == page.number).values(hints=None))
    detail = "what the feed said of it was damaged and is left out"
    rows = [Damage(place="pages", row=f"{page.number} ({page.url})", detail=detail, is_repaired=True) for page in lost]
    damage.record(connection, rows)


def _select_pages() -> Select[tuple[object, ...]]:
    return select(pages, urls.c.id, urls.c.url, urls.c.first_collected).join(urls, urls.c.serial == pages.c.serial)


def _page(row: RowMapping) -> Page:
    values = {name: row[name] for name in Page.__dataclass_fields__}
    return Page(**{**values, "first_collected": row["first_collected"] or row["collected"]})
