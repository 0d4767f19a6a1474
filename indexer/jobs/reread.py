"""Extracting archived pages again, after the extractor was improved or the cause of their rejection was fixed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from crawler.archive.database import Database
from crawler.archive.pages import pages, read_again
from crawler.outcomes import Outcome
from indexer.extract import EXTRACTOR_VERSION
from indexer.jobs.articles import articles
from indexer.jobs.learning import mark_repeating


def reread(database: Database, states: Collection[str]) -> int:
    """Make the newest page of each address pending again if it is in one of these states.

    Pages whose article was already read by the current extractor are left alone, unless it has lines that its source turned out
    to repeat on many pages.

    Returns:
        The number of pages made pending.
    """
    if Outcome.INDEXED in states:
        mark_repeating(database)
    extracted_already = select(articles.c.page).where(articles.c.extractor == EXTRACTOR_VERSION)
    with database.write() as connection:
        return read_again(connection, states, pages.c.number.not_in(extracted_already))
