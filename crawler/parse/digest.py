"""The digest of what a feed says of an article, by which a revision is noticed."""

from __future__ import annotations

import hashlib

_MOST = 16  # voices remembered for one address, the latest


def digest_of(*said: str | None) -> str | None:
    """Return 32 hexadecimal digits that change when any of the parts does; None when the feed says nothing."""
    if not any(said):
        return None
    return hashlib.blake2b(
        "\0".join(part or "" for part in said).encode("utf-8", "replace"), digest_size=16
    ).hexdigest()


def heard(before: str | None, feed: str, document: str, digest: str) -> tuple[str, bool]:
    """Return what was heard of an article by now, and whether this makes it a revised one.

    Feeds describe one article in different words, and so do the sitemaps of one index: each is compared with what it said itself.

    Args:
        before: what an earlier call returned; None for an article nobody spoke of.
        document: the address where the feed says so.
    """
    voice = hashlib.blake2b(f"{feed} {document}".encode("utf-8", "replace"), digest_size=4).hexdigest() + "="
    said, known = voice + digest, (before or "").split()
    if said in known:
        return " ".join(known), False
    others = [one for one in known if not one.startswith(voice)]
    return " ".join([*others[1 - _MOST :], said]), len(others) < len(known)
