"""Builders for the input of a feed kind: a feed and the response to its request."""

from __future__ import annotations

from typing import Any

from config.settings import DEFAULT_MAX_BYTES
from config.sources import Feed
from crawler.page import FeedResponse


def feed(url: str = "https://news.example/feed", kind: str = "feed", **options: Any) -> Feed:
    """Return a feed with these options."""
    return Feed(id="example/1", source="example", url=url, kind=kind, options=options)


def response(
    body: str | bytes,
    url: str = "https://news.example/feed",
    content_type: str = "",
    max_bytes: int = DEFAULT_MAX_BYTES,
) -> FeedResponse:
    """Return a response with status 200."""
    content = body.encode() if isinstance(body, str) else body
    return FeedResponse(url=url, status=200, content_type=content_type, body=content, max_bytes=max_bytes)
