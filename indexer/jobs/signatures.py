"""Recomputing signatures of an older version from the kept articles, so that copies of these texts are still detected."""

from __future__ import annotations

from collections.abc import Callable

from crawler.archive.batches import AT_ONCE
from crawler.archive.database import Database
from indexer.copies.index import find_outdated, renew
from indexer.copies.signature import signature
from indexer.jobs.articles import articles_of
from indexer.stored_form import text_words


def renew_signatures(database: Database, *, progress: Callable[[int], None]) -> None:
    """Recompute all signatures of another version; drop those whose article is no longer kept.

    If it is killed, the next call continues with the rest.

    Args:
        progress: called with the number of texts done so far.
    """
    done = 0
    while True:
        with database.read() as connection:
            ids = find_outdated(connection, AT_ONCE)
            kept = articles_of(connection, ids)
        if not ids:
            return
        signatures = {article.id: signature(text_words(article)) for article in kept}
        with database.write() as connection:
            renew(connection, {id: signatures.get(id) for id in ids})
        done += len(ids)
        progress(done)
