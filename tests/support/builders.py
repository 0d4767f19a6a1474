"""Builders that need only the fields that matter to a test."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from crawler.archive.fetches import Fetch
from indexer.article import Article

_PLAIN = Article(
    id="",
    serial=1,
    url="https://news.example/1",
    site="news.example",
    title="A title",
    text="A text.",
    authors=(),
    source="example",
    language="en",
    published=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    published_from="feed",
    published_precision="second",
    collected=datetime(2026, 3, 1, 10, tzinfo=UTC),
)


def article(**changes: Any) -> Article:
    """Return an article; its address defaults to one made from the serial, and its id follows from the address."""
    serial = changes.get("serial", 1)
    url = changes.setdefault("url", f"https://news.example/{serial}")
    changes.setdefault("id", hashlib.sha256(url.encode()).hexdigest()[:32])
    return replace(_PLAIN, **changes)


def fetched(feed: str, at: datetime, outcome: str = "read", new: int = 0) -> Fetch:
    """Return a poll as recorded in the history of a feed."""
    return Fetch(feed=feed, at=at, outcome=outcome, status=200, milliseconds=1, bytes=1, listed=new, new=new, detail="")
