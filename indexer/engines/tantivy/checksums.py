"""Finds damaged files of an embedded index by the checksums that tantivy writes but does not compare when it reads.

Every file of a segment ends with a footer: JSON with the CRC-32 of what precedes it, the length of that JSON and a magic number
(tantivy 0.27, src/directory/footer.rs).
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from config.files import bytes_of

COMMIT = "meta.json"  # tantivy's list of the segments of the last commit, which every commit replaces
_PARTS = ("idx", "pos", "term", "store", "fast", "fieldnorm")
_END = struct.Struct("<II")  # length of the footer in bytes, magic number
_MAGIC = 1337
_LONGEST_FOOTER = 4_096  # bytes; there is a version and a number in it
_AT_ONCE = 1 << 20  # bytes


class Segment(NamedTuple):
    """A segment: the start of its files' names, its number of documents, and the file that lists deleted ones, if any."""

    name: str
    documents: int
    deletions: str | None


def find_damaged_files(folder: Path) -> list[str]:
    """Return the names of the damaged and missing files of the last commit in the folder of an index.

    A commit meanwhile removes files; those that it no longer lists do not count.

    Raises:
        OSError: a file cannot be read.
        ValueError: the list of segments is damaged.
    """
    damaged = [name for name in _listed(folder) if not is_sound(folder / name)]
    return [name for name in _listed(folder) if name in damaged] if damaged else []


def segments_of(folder: Path) -> list[Segment]:
    """Return the segments of the last commit.

    Raises:
        OSError: their list cannot be read.
        ValueError: it is damaged.
    """
    try:
        return [_segment(listed) for listed in json.loads(bytes_of(folder / COMMIT))["segments"]]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{COMMIT} does not list the segments") from error


def _segment(listed: Mapping[str, Any]) -> Segment:
    name, deletes = UUID(listed["segment_id"]).hex, listed["deletes"]
    return Segment(name, int(listed["max_doc"]), f"{name}.{deletes['opstamp']}.del" if deletes else None)


def _listed(folder: Path) -> list[str]:
    return [
        file
        for name, _, deletions in segments_of(folder)
        for file in (*(f"{name}.{part}" for part in _PARTS), deletions)
        if file
    ]


def is_sound(path: Path) -> bool:
    """Return whether a file of a segment is there and has its checksum."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - _END.size - _LONGEST_FOOTER, 0))
            end = file.read()
            length, magic = _END.unpack(end[-_END.size :])
            footer = json.loads(end[-_END.size - length : -_END.size])
            file.seek(0)
            left, checksum = size - _END.size - length, 0
            while part := file.read(min(left, _AT_ONCE)):
                checksum = zlib.crc32(part, checksum)
                left -= len(part)
            return magic == _MAGIC and bool(footer["crc"] == checksum)
    except (FileNotFoundError, struct.error, ValueError, KeyError, TypeError):
        return False
