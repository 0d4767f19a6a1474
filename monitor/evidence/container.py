"""The zip file around the parts of evidence, read without tolerance: every byte of it belongs to what its directory lists.

A reader that is lenient overlooks what another one shows. Section numbers are those of APPNOTE.TXT, version 6.3.10.
"""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

_MOST_PARTS, _MOST_DIRECTORY = 1_000_000, 150_000_000  # parts; bytes of the directory, which is read into memory
_CHUNK = 1 << 20
_HEAD = struct.Struct("<4s2xHH4xLLLHH")  # signature, flags, method, CRC, sizes, sizes of the name and of extra fields
_DESCRIPTOR, _LONG_DESCRIPTOR = struct.Struct("<4sLLL"), struct.Struct("<4sLQQ")
_EXTRA = struct.Struct("<HH")  # id, size of what follows
_LONG_SIZES = 0x0001  # id of the extra field that contains sizes of eight bytes (4.5.3)
_MOST_EXTRA = 32  # bytes of that field at most
_HAS_DESCRIPTOR = 0x8


def check_directory(file: IO[bytes]) -> int:
    """Return how many parts the end of the file counts, if the directory is not too large to be read (4.3.14 to 4.3.16).

    Raises:
        ValueError: it is too large, not a zip file, or has something around it.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 98))
    tail = file.read(98)
    end = tail[-22:]
    if len(end) < 22 or not end.startswith(b"PK\x05\x06"):
        raise ValueError("not a zip file, or with something after its end")
    _, _, _, number, directory, start, comment = struct.unpack("<4HIIH", end[4:])
    after = 22
    if 0xFFFF in (number,) or 0xFFFFFFFF in (directory, start):
        if len(tail) < 98 or not tail.startswith(b"PK\x06\x06"):
            raise ValueError("not a zip file, or with something before its end")
        number, directory, start = struct.unpack("<3Q", tail[32:56])
        after = 98
    if number > _MOST_PARTS or directory > _MOST_DIRECTORY:
        raise ValueError(f"too many parts ({number:,})")
    if comment or start + directory + after != size:
        raise ValueError("something stands before, between or after its parts")
    return int(number)


def check_entry(info: zipfile.ZipInfo) -> None:
    """Check that the directory says nothing of a part beside what everybody reads.

    Raises:
        ValueError: it has a comment or a field of its own.
    """
    if info.comment or not _is_plain(info.extra):
        raise ValueError(f"{info.filename!r} has something beside its content in the directory")


def content_of(file: IO[bytes], info: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where the content of a part begins, and where its record ends, its descriptor included (4.3.7 to 4.3.9).

    Raises:
        ValueError: it does not say of itself what the directory says.
    """
    file.seek(info.header_offset)
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise ValueError(f"{info.filename!r} is cut off")
    sign, flags, method, *sums, name_size, extra_size = _HEAD.unpack(head)
    name, extra = file.read(name_size), file.read(extra_size)
    known = (b"PK\x03\x04", info.flag_bits, info.compress_type, info.filename.encode())
    if (sign, flags, method, name) != known or not _is_plain(extra):
        raise ValueError(f"{info.filename!r} does not say of itself what the directory says")
    begin = info.header_offset + _HEAD.size + name_size + extra_size
    end = begin + info.compress_size
    known_sums = (info.CRC, info.compress_size, info.file_size)
    if not flags & _HAS_DESCRIPTOR:
        if _sums(sums, extra) != known_sums:
            raise ValueError(f"{info.filename!r} does not say of itself what the directory says")
        return begin, end
    file.seek(end)
    descriptor = file.read(_LONG_DESCRIPTOR.size)
    for layout in (_LONG_DESCRIPTOR, _DESCRIPTOR):
        if descriptor[: layout.size] == layout.pack(b"PK\x07\x08", *known_sums):
            return begin, end + layout.size
    raise ValueError(f"{info.filename!r} does not end as the directory says")


def pieces(file: IO[bytes], info: zipfile.ZipInfo, begin: int) -> Iterator[bytes]:
    """Yield the content of a part piece by piece.

    Args:
        begin: where it begins in the file.

    Raises:
        ValueError: it is not what the directory says, or does not fill its place to the last byte.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS) if info.compress_type == zipfile.ZIP_DEFLATED else None
    crc = size = 0
    for packed in _read(file, begin, info.compress_size):
        for piece in _inflate(stream, packed) if stream else (packed,):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if size > info.file_size:
                raise ValueError("it is longer than the directory says")
            yield piece
    if stream and not stream.eof:
        raise ValueError("it is cut off")
    if (crc, size) != (info.CRC, info.file_size):
        raise ValueError("its checksum or size differs")


def _read(file: IO[bytes], begin: int, size: int) -> Iterator[bytes]:
    """Yield so many bytes of the file; others may read other places of it meanwhile."""
    end = begin + size
    while begin < end:
        file.seek(begin)
        packed = file.read(min(_CHUNK, end - begin))
        if not packed:
            raise ValueError("it is cut off")
        begin += len(packed)
        yield packed


def _inflate(stream: zlib._Decompress, packed: bytes) -> Iterator[bytes]:
    """Yield what comes of some compressed bytes, in pieces that fit into memory."""
    while True:
        if stream.eof:
            raise ValueError("something stands behind its content")
        try:
            piece = stream.decompress(packed, _CHUNK)
        except zlib.error as wrong:
            raise ValueError(str(wrong)) from None
        yield piece
        packed = stream.unconsumed_tail
        if stream.unused_data:
            raise ValueError("something stands behind its content")
        if not packed and (stream.eof or len(piece) < _CHUNK):
            return


def _is_plain(extra: bytes) -> bool:
    """Return whether the extra fields of a part are none, or its sizes alone."""
    if not extra:
        return True
    if not _EXTRA.size < len(extra) <= _MOST_EXTRA:
        return False
    return _EXTRA.unpack_from(extra) == (_LONG_SIZES, len(extra) - _EXTRA.size)


def _sums(sums: list[int], extra: bytes) -> tuple[int, int, int]:
    """Return CRC, compressed and full size of a part as it says them itself."""
    crc, compressed, full = sums
    if len(extra) == _EXTRA.size + 16 and (compressed, full) == (0xFFFFFFFF, 0xFFFFFFFF):
        full, compressed = struct.unpack_from("<QQ", extra, _EXTRA.size)
    return crc, compressed, full
