"""Digests of feed entries, used to notice that an article was revised."""

from __future__ import annotations

import hashlib

from crawler.page import hash_of

_MOST = 16  # feed documents remembered for one address, the latest ones


def digest_of(*parts: str | None) -> str | None:
    """Return 32 hexadecimal digits that change when any part changes; None when all parts are empty."""
    if not any(parts):
        return None
    return hash_of("\0".join(part or "" for part in parts).encode("utf-8", "replace"))


def update_digests(record: str | None, feed: str, document: str, digest: str) -> tuple[str, bool]:
    """Return the updated record of an article's digests, and whether the article was revised.

    Feeds describe the same article differently, and so do the sitemaps of one index, so each is compared only with its own
    earlier digest.

    Args:
        record: what the previous call returned; None for a new article.
        document: the address of the document, a feed or one sitemap of it, that the digest comes from.
    """
    origin = hashlib.blake2b(f"{feed} {document}".encode("utf-8", "replace"), digest_size=4).hexdigest() + "="
    entry, known = origin + digest, (record or "").split()
    if entry in known:
        return " ".join(known), False
    others = [one for one in known if not one.startswith(origin)]
    return " ".join([*others[1 - _MOST :], entry]), len(others) < len(known)
