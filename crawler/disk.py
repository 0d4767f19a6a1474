"""Watches free disk space, so that collecting pauses, with a warning, before it runs out."""

from __future__ import annotations

import shutil

from config.settings import Settings

_LEAST = 1_000_000  # bytes; with less, even a small transaction may fail


def shortage(settings: Settings) -> str:
    """Return a sentence when less than `min_free_disk` is free on the disk with the data, else an empty string."""
    free, required = shutil.disk_usage(settings.data).free, max(settings.min_free_disk, _LEAST)
    if free >= required:
        return ""
    return (
        f"only {free // 1_000_000:,} MB of disk space left in {settings.data}; collecting pauses below "
        f"{required // 1_000_000:,} MB: free some space, or lower min_free_disk"
    )
