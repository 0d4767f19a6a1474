"""Free disk is watched, so that collecting pauses, and people are told, before it runs out."""

from __future__ import annotations

import shutil

from config.settings import Settings

_LEAST = 1_000_000  # bytes; with less, not even a small transaction is sure to succeed


def shortage(settings: Settings) -> str:
    """Return a sentence when less disk than `min_free_disk` is free where the data lies, else an empty text."""
    free, wanted = shutil.disk_usage(settings.data).free, max(settings.min_free_disk, _LEAST)
    if free >= wanted:
        return ""
    return (
        f"only {free // 1_000_000:,} MB of disk are free in {settings.data}; collecting pauses below "
        f"{wanted // 1_000_000:,} MB: free some space, or lower min_free_disk"
    )
