"""Signatures of an older version are made again from the kept articles, so that copies of those texts are still found."""

from __future__ import annotations

from collections.abc import Callable

from crawler.archive.batches import AT_ONCE
from crawler.archive.database import Database
from indexer.copies.index import outdated, renew
from indexer.copies.signature import signature
from indexer.jobs.articles import articles_of
from indexer.stored_form import text_words


def renew_signatures(database: Database, *, progress: Callable[[int], None]) -> None:
    """Sign every remembered text of another version again; forget one whose article is not kept.

    Killed at any moment, the next call goes on with the rest.

    Args:
        progress: told how many texts are done.
    """
    done = 0
    while True:
        with database.read() as connection:
            ids = outdated(connection, AT_ONCE)
            kept = articles_of(connection, ids)
        if not ids:
            return
        signatures = {article.id: signature(text_words(article)) for article in kept}
        with database.write() as connection:
            renew(connection, {id: signatures.get(id) for id in ids})
        done += len(ids)
        progress(done)
