"""Replaces a file as a whole, so that readers and a crash see either the old or the new one."""

from __future__ import annotations

import os
from pathlib import Path
from threading import get_native_id

_ALL = 0o666  # that anybody may have a new file, as far as the umask of the process allows


def replace_text(path: Path, text: str, *, mode: int = _ALL) -> None:
    """Write a file atomically and durably, see `replace_bytes`."""
    replace_bytes(path, text.encode(), mode=mode)


def replace_bytes(path: Path, content: bytes, *, mode: int = _ALL) -> None:
    """Write a file atomically and durably.

    Args:
        mode: permissions of the file, before the umask of the process.

    Raises:
        OSError: it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.{os.getpid()}-{get_native_id()}.new")  # two writers have two
    fresh.unlink(missing_ok=True)
    try:
        with open(fresh, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync(path.parent)


def sync(path: Path) -> None:
    """Make a file durable, or the entries of a folder, such as that a file was renamed."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
