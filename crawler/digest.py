"""The digest of what a feed says of an article, by which a revision is noticed."""

from __future__ import annotations

import hashlib


def digest_of(*said: str | None) -> str | None:
    """Return 32 hexadecimal digits that change when any of the parts does; None when the feed says nothing."""
    if not any(said):
        return None
    return hashlib.blake2b(
        "\0".join(part or "" for part in said).encode("utf-8", "replace"), digest_size=16
    ).hexdigest()
