"""Extracts title, text, date, authors and language from a collected page. Pure: no clock, network or disk.

The indexer calls `read_page`; `extract` is a simpler entry point for a single HTML page.
"""

from __future__ import annotations

from indexer.extract.no_article import NoArticle
from indexer.extract.reading import EXTRACTOR_VERSION, extract, read_page

__all__ = ["EXTRACTOR_VERSION", "NoArticle", "extract", "read_page"]
