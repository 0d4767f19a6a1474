"""Archived pages are extracted again when the extractor has improved, or when what refused them is corrected."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from crawler.archive.pages import read_again
from indexer.extract import EXTRACTOR_VERSION
from indexer.jobs.articles import articles


def reread(connection: Connection, states: Collection[str]) -> int:
    """Make pages in these states pending again: the newest of each address, unless this extractor's text is kept of it.

    Returns:
        how many they are.
    """
    extracted_already = select(articles.c.page).where(articles.c.extractor == EXTRACTOR_VERSION)
    return read_again(connection, states, except_for=extracted_already)
