"""Tests for the decompression of bodies."""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from crawler.unpack import Flaw, TooLarge, Unpacked, unpack

WORDS = b"".join(f"<p>paragraph {random.Random(number).random()}</p>".encode() for number in range(5_000))


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "two gzip members": ("gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
    "zlib": ("deflate", zlib.compress),
    "bare deflate": ("deflate", bare_deflate),
    "brotli": ("br", lambda data: bytes(brotli.compress(data))),
    "zstd": ("zstd", zstandard.compress),
    "two zstd frames": ("zstd", lambda data: zstandard.compress(data[:100]) + zstandard.compress(data[100:])),
}
kinds = pytest.mark.parametrize("kind", PACKERS)


@kinds
@pytest.mark.parametrize("data", [b"", b"x", WORDS, bytes(200_000)], ids=["empty", "one byte", "words", "zeros"])
def test_a_whole_body_is_unpacked(kind: str, data: bytes) -> None:
    coding, pack = PACKERS[kind]
    assert unpack(pack(data), coding, 1_000_000) == (data, None)


@kinds
@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_truncated_body_ends_early_and_keeps_what_came_before(kind: str, share: float) -> None:
    coding, pack = PACKERS[kind]
    packed = pack(WORDS)
    data, flaw = unpack(packed[: max(int(len(packed) * share), 1)], coding, 1_000_000)
    assert flaw == Flaw.ENDS_EARLY
    assert WORDS.startswith(data)
    assert coding not in ("gzip", "deflate") or len(data) > len(WORDS) * (share - 0.3)


@kinds
def test_a_body_without_its_last_byte_ends_early(kind: str) -> None:
    coding, pack = PACKERS[kind]
    assert unpack(pack(WORDS)[:-1], coding, 1_000_000).flaw == Flaw.ENDS_EARLY


@pytest.mark.parametrize("kind", ["gzip", "zlib", "brotli", "zstd"])
def test_a_damaged_body_is_damaged_and_does_not_end_early(kind: str) -> None:
    coding, pack = PACKERS[kind]
    packed = bytearray(pack(WORDS))
    middle = len(packed) // 2
    packed[middle : middle + 40] = b"\xff" * 40
    assert unpack(bytes(packed), coding, 1_000_000).flaw == Flaw.DAMAGED


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_what_is_not_compressed_is_damaged(coding: str) -> None:
    assert (
        unpack(b"<html><body><p>plain words, wrongly labelled</p></body></html>", coding, 1_000_000).flaw
        == Flaw.DAMAGED
    )


def test_padding_after_a_gzip_stream_is_ignored() -> None:
    assert unpack(gzip.compress(WORDS) + bytes(512), "gzip", 1_000_000) == Unpacked(WORDS)


def test_a_wrong_checksum_is_damage() -> None:
    packed = gzip.compress(WORDS)
    assert unpack(packed[:-8] + b"\1\2\3\4" + packed[-4:], "gzip", 1_000_000).flaw == Flaw.DAMAGED


@kinds
def test_a_body_larger_than_the_limit_is_refused_without_unpacking_all_of_it(kind: str) -> None:
    coding, pack = PACKERS[kind]
    with pytest.raises(TooLarge):
        unpack(pack(bytes(30_000_000)), coding, 100_000)
