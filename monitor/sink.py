"""A file that is written from its beginning to its end, and taken in pieces meanwhile."""

from __future__ import annotations

from io import RawIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer


class Sink(RawIOBase):
    """A file that is written once, from its beginning to its end, and taken in pieces."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        """Return true."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written, of which some are taken already."""
        return self._length

    def write(self, piece: Buffer, /) -> int:
        """Add a piece and return its length."""
        self._pieces.append(bytes(piece))
        self._length += len(self._pieces[-1])
        return len(self._pieces[-1])

    def take(self) -> bytes:
        """Return what was written since the last call."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken
