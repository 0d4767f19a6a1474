"""Limits on what is accepted from servers and parsed.

The setting `max_bytes` alone limits a body, from the download to the article. The limits that depend on it (tags, time and
memory) grow with it; the others here are fixed.
"""

from __future__ import annotations

from config.settings import DEFAULT_MAX_BYTES

HEADER_BYTES = 256 * 1024  # all headers of one response, as in Chromium
ROBOTS_BYTES = 512_000  # of a robots.txt; RFC 9309 2.5 requires at least 500 KiB
JSON_LD_CHARS = 2_000_000  # of one script
SITEMAP_BYTES = 52_428_800  # of one sitemap, decompressed: what https://www.sitemaps.org/protocol.html allows
SITEMAP_TAGS = 5_000_000  # of one sitemap: more than 50 MB of real ones have; they are read one record at a time
LIBXML2_BYTES = 10_000_000  # of one text or attribute; libxml2 drops the rest of the document unless told otherwise

_TAGS = 300_000  # ten times what a feed of 1,000 full articles has; 10 MB of tags alone take a parser over 1 GB
_SECONDS = 10.0
_MEMORY = 2_000_000_000  # bytes; a page of paragraphs was measured to take 28 to 47 times its size


def most_bytes(kind: str, max_bytes: int) -> int:
    """Return the number of decompressed bytes a response to a feed of this kind may have."""
    return max(max_bytes, SITEMAP_BYTES) if kind == "sitemap" else max_bytes


def most_tags(max_bytes: int) -> int:
    """Return the number of tags a feed's response may have."""
    return round(_TAGS * _growth(max_bytes))


def feed_seconds(max_bytes: int) -> float:
    """Return the seconds that parsing one response of a feed may take."""
    return _SECONDS * _growth(max_bytes)


def worker_memory(max_bytes: int) -> int:
    """Return the bytes of memory a process that extracts pages may use."""
    return round(_MEMORY * _growth(max_bytes))


def _growth(max_bytes: int) -> float:
    return max(1.0, max_bytes / DEFAULT_MAX_BYTES)
