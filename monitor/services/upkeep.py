"""Upkeep that needs no indexer: backups, and pages to be extracted or fetched again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from config.errors import WrongArgument
from config.nearest import suggestion
from crawler.archive import clock, frontier
from crawler.outcomes import PASSING, Outcome
from indexer.jobs import reread as job
from indexer.jobs.articles import set_damaged_aside
from monitor import backup as backups
from monitor import repair as repairs
from monitor import restore as restores
from monitor.app import App
from monitor.documents.operations import (
    BackupDocument,
    ClockDocument,
    RepairDocument,
    RereadDocument,
    RestoreDocument,
)

_NOT_ENDED = frozenset(
    {Outcome.WANTED, Outcome.LEASED, Outcome.COLLECTED, Outcome.PRUNED, Outcome.SAME_ARTICLE, Outcome.DISPUTED}
)
_GOOD = frozenset({Outcome.READ, Outcome.UNCHANGED})


def reread(app: App, outcomes: Sequence[str] = ()) -> RereadDocument:
    """Let archived pages wait for the indexer again.

    Args:
        outcomes: only pages that ended in one of these; all whose text an older extractor read where none is given.

    Raises:
        WrongArgument: no page ended in one of the outcomes.
        ArchiveError: the archive cannot be written.
    """
    known = set(app.archive.count_pages_by_state()) - {Outcome.PENDING}
    _check_outcomes(outcomes, known, "page")
    pages = job.reread(app.archive.database, outcomes or known)
    number = "1 page waits" if pages == 1 else f"{pages:,} pages wait"
    return RereadDocument(pages=pages, message=f"{number} to be extracted again by `parley run` or `parley index`.")


def fetch_again(app: App, outcomes: Sequence[str] = ()) -> RereadDocument:
    """Let addresses whose page could not be fetched be requested again.

    Args:
        outcomes: only addresses that ended in one of these; all whose cause may have passed where none is given.

    Raises:
        WrongArgument: no address ended in one of the outcomes.
        ArchiveError: the archive cannot be written.
    """
    with app.archive.database.read() as connection:
        known = set(frontier.count_urls_by_state(connection)) - _NOT_ENDED
    _check_outcomes(outcomes, known, "address")
    with app.archive.database.write() as connection:
        number = frontier.want_again(connection, outcomes or known & PASSING, datetime.now(UTC))
    waiting = "1 address waits" if number == 1 else f"{number:,} addresses wait"
    return RereadDocument(pages=number, message=f"{waiting} to be fetched again by `parley run` or `parley crawl`.")


def back_up(app: App, folder: Path) -> BackupDocument:
    """Write a backup to a new folder while everything runs; what is damaged is named and copied as it is.

    Raises:
        ArchiveError: the folder exists, or something cannot be read or written.
    """
    app.archive.check()
    target = folder.absolute()
    set_damaged_aside(app.archive.database)  # so that they are named
    backup = backups.back_up(app.archive, app.settings.config, target, datetime.now(UTC))
    return BackupDocument(folder=str(target), bytes=backup.bytes, damaged=tuple(backup.damaged))


def look_at_clock(app: App, *, confirm: bool) -> ClockDocument:
    """Return whether the clock is believed.

    Args:
        confirm: believe the time it shows now, because a person says that it is right.
    """
    now = datetime.now(UTC)
    if confirm:
        with app.archive.database.write() as connection:
            clock.confirm(connection, now)
    with app.archive.database.read() as connection:
        known, doubt = clock.look(connection), clock.doubt(connection, now)
    message = f"{doubt[:1].upper()}{doubt[1:]}." if doubt else "The clock is believed."
    return ClockDocument(now=now, seen=known.seen if known else None, is_believed=not doubt, message=message)


def restore(app: App, folder: Path) -> RestoreDocument:
    """Restore a backup into the data folder, which must not contain an archive.

    Raises:
        ArchiveError: the backup is damaged, the data folder contains an archive, or a file cannot be written.
        AlreadyRunning: a crawler or indexer is running in the data folder.
    """
    configuration = restores.restore(folder, app.settings.data, app.settings.config)
    return RestoreDocument(data=str(app.settings.data), configuration=configuration)


def _check_outcomes(outcomes: Sequence[str], known: Collection[str], what: str) -> None:
    if unknown := [outcome for outcome in outcomes if outcome not in known]:
        names = "\n".join(f'no {what} ended in "{outcome}"{suggestion(outcome, known)}' for outcome in unknown)
        raise WrongArgument(f"{names}\nexisting outcomes: {', '.join(sorted(known)) or 'none'}", field="outcome")


def repair(app: App) -> RepairDocument:
    """Repair files of the data folder that are damaged, missing or do not belong together; nothing is deleted.

    Raises:
        ArchiveError: a file cannot be read or written, or there is no archive.
        AlreadyRunning: a crawler or indexer is running in the data folder.
    """
    done = repairs.repair(app.settings.data, app.settings.engine_url, datetime.now(UTC))
    return RepairDocument(repaired=tuple(done.sentences), remaining=tuple(done.remaining))


def all_failed(polls: Mapping[str, int]) -> bool:
    """Say whether feeds were polled and every poll failed.

    Args:
        polls: number of polls by outcome.
    """
    return bool(polls) and not _GOOD & polls.keys()
