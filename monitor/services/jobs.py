"""Pruning and rebuilding: what they are asked to do, and what they would do. Nothing here does the work itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.errors import Refused, WrongArgument
from crawler.archive import clock
from indexer.engine import check_address, hide_password
from indexer.jobs.prune import Pruned, count_old, summary
from monitor.app import App
from monitor.documents.operations import PruneDocument, RebuildDocument
from monitor.services.times import parse_period

_DAY = timedelta(days=1)


def prunable(app: App, before: str) -> PruneDocument:
    """Return what a prune would delete; nothing is deleted.

    Raises:
        WrongArgument: `before` is no time.
        ArchiveError: the archive cannot be read.
    """
    moment = prune_before(app, before)
    return prune_document(moment, count_old(app.archive.database, moment), is_deleted=False)


def prune_before(app: App, before: str) -> datetime:
    """Return the moment, UTC, before which articles would be deleted.

    Raises:
        WrongArgument: it is no time.
        Refused: it is an age, and the clock may be wrong.
    """
    now = datetime.now(UTC)
    start, earlier = (parse_period(before, now=at, zone=app.zone, field="before").start for at in (now, now - _DAY))
    if start != earlier:
        with app.archive.database.read() as connection:
            if doubt := clock.doubt(connection, now):
                raise Refused(f"{doubt}. Or give a date instead of an age", field="before")
    return start


def prune_document(before: datetime, pruned: Pruned, *, is_deleted: bool) -> PruneDocument:
    """Return what a prune deleted or would delete."""
    return PruneDocument(
        before=before,
        is_deleted=is_deleted,
        articles=pruned.articles,
        pages=pruned.pages,
        bytes=pruned.bytes,
        message=f"{summary(pruned)} {'deleted' if is_deleted else 'would be deleted'}.",
    )


def rebuild_target(into: str) -> str:
    """Return the address as it is.

    Raises:
        WrongArgument: it is not an engine address, or it contains a password.
    """
    if hide_password(into) != into:
        message = "other users can read a password on a command line; keep it in a file: ?password_file=PATH"
        raise WrongArgument(message, field="into")
    if into and (problems := check_address(into)):
        raise WrongArgument("\n".join(problem.message for problem in problems), field="into")
    return into


def rebuild_document(app: App, into: str) -> RebuildDocument:
    """Return which engine was filled."""
    target = into or app.settings.engine_url
    is_used = target == app.settings.engine_url
    other = f"{hide_password(target)} is filled. Set `engine` to it to use it."
    message = "The index is rebuilt and in use." if is_used else other
    return RebuildDocument(engine=hide_password(target), is_used=is_used, message=message)
