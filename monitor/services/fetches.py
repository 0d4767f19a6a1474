"""The history of a feed: its latest polls and their outcomes."""

from __future__ import annotations

from config.errors import NotFound
from crawler.archive.fetches import latest
from crawler.outcomes import sentence_of
from monitor.app import App
from monitor.documents.sources import FetchDocument, FetchesDocument

MOST = 100


def fetches(app: App, feed: str, *, limit: int = 20) -> FetchesDocument:
    """Return the latest polls of a feed, newest first.

    Raises:
        NotFound: there is no such feed.
        ArchiveError: the archive cannot be read.
    """
    if feed not in {one.id for source in app.sources for one in source.feeds}:
        raise NotFound(f'there is no feed "{feed}"; `parley sources` lists them', field="feed")
    with app.archive.database.read() as connection:
        rows = latest(connection, feed, limit)
    return FetchesDocument(
        feed=feed,
        fetches=tuple(
            FetchDocument(
                at=row.at,
                outcome=row.outcome,
                explanation=row.detail or sentence_of(row.outcome),
                status=row.status,
                milliseconds=row.milliseconds,
                bytes=row.bytes,
                listed=row.listed,
                new=row.new,
            )
            for row in rows
        ),
    )
