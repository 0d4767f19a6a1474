"""Decompression of bodies within a limit, which tells a stream that ended from one that was cut off or is damaged.

Libraries return what they have when a stream breaks off, so half a document would pass for a whole one.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Generator, Iterator
from enum import StrEnum
from typing import NamedTuple

import brotli
import zstandard

GZIP = b"\x1f\x8b"

# A further stream begins with its mark. What follows a stream otherwise is ignored, as browsers do.
_GZIP_MARKS = (GZIP + b"\x08",)  # and its only method of compression
_ZSTD_MARKS = (b"\x28\xb5\x2f\xfd", *(bytes((first, 0x2A, 0x4D, 0x18)) for first in range(0x50, 0x60)))  # RFC 8878 3.1
_PADDING = re.compile(rb"[\0\r\n]*")
_OUTPUT = 65_536  # bytes taken from a stream at a time
_INPUT = 16_384  # bytes given to it at a time: what a damaged stream contains before the damage is lost from here on
_ZSTD_INPUT = 256  # its library has no limit on output, and four bytes may give 128 KB
_ZSTD_WINDOW = 8 * 1024 * 1024  # bytes; RFC 9659 forbids larger ones in HTTP
_STREAMS = 1_000  # one after another in a body


class Flaw(StrEnum):
    """What is wrong with a compressed body, as the end of a sentence about it."""

    DAMAGED = "is damaged"
    ENDS_EARLY = "ends too early"


class Unpacked(NamedTuple):
    """What a compressed body contains; with a flaw, `data` is only the part before it."""

    data: bytes
    flaw: Flaw | None = None


class _TooManyStreams(Exception):
    """One stream after another, as no server sends them."""


class TooLarge(Exception):
    """The decompressed body exceeds the limit; `start` is the part up to it."""

    def __init__(self, start: bytes) -> None:
        super().__init__()
        self.start = start


def unpack(body: bytes, coding: str, limit: int) -> Unpacked:
    """Return the decompressed body; the part before the damage when it is damaged.

    Args:
        coding: a name from `CODINGS`.
        limit: most bytes of decompressed data.

    Raises:
        TooLarge: it has more.
    """
    data = bytearray()
    try:
        for part in CODINGS[coding](body):
            data += part
            if len(data) > limit:
                raise TooLarge(bytes(data[:limit]))
    except EOFError:
        return Unpacked(bytes(data), Flaw.ENDS_EARLY)
    except (_TooManyStreams, zlib.error, brotli.error, zstandard.ZstdError):
        return Unpacked(bytes(data), Flaw.DAMAGED)
    return Unpacked(bytes(data))


def _gzip(body: bytes) -> Iterator[bytes]:
    place = 0
    for _ in range(_STREAMS):
        place = _next_stream(body, (yield from _inflate(body, place, zlib.decompressobj(wbits=31))), _GZIP_MARKS)
        if place == len(body):
            return
    raise _TooManyStreams


def _next_stream(body: bytes, place: int, marks: tuple[bytes, ...]) -> int:
    """Return where the next stream begins after one that ended at `place`; the length of the body when none follows.

    Raises:
        EOFError: the body ends within the mark of the next stream.
    """
    padding = _PADDING.match(body, place)
    place = padding.end() if padding else place
    start = body[place : place + 4]
    if start.startswith(marks):
        return place
    if start and any(mark.startswith(start) for mark in marks):
        raise EOFError
    return len(body)


def _deflate(body: bytes) -> Iterator[bytes]:
    # RFC 9110 8.4.1.2: the zlib format is meant, but some servers send the bare stream.
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    yield from _inflate(body, 0, zlib.decompressobj(wbits=15 if is_zlib else -15))


def _inflate(body: bytes, place: int, stream: zlib._Decompress) -> Generator[bytes, None, int]:
    """Yield what a stream that begins at `place` contains and return where it ends; EOFError when it does not."""
    while not stream.eof:
        data = body[place : place + _INPUT]
        if not data:
            raise EOFError
        place += len(data)
        while True:
            part = stream.decompress(data, _OUTPUT)
            data = stream.unconsumed_tail
            yield part
            if stream.eof or (not data and len(part) < _OUTPUT):
                break
    return place - len(stream.unused_data)


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for place in range(0, len(body), _INPUT):
        part = stream.process(body[place : place + _INPUT], output_buffer_limit=_OUTPUT)
        while part:
            yield part
            part = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=_OUTPUT)
        if stream.is_finished():
            return
    raise EOFError


def _zstd(body: bytes) -> Iterator[bytes]:
    place = 0
    for _ in range(_STREAMS):
        stream = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
        while not stream.eof:
            data = body[place : place + _ZSTD_INPUT]
            if not data:
                raise EOFError
            place += len(data)
            yield stream.decompress(data)
        place = _next_stream(body, place - len(stream.unused_data), _ZSTD_MARKS)
        if place == len(body):
            return
    raise _TooManyStreams


CODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
