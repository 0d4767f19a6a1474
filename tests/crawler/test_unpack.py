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


@pytest.mark.parametrize("rest", [bytes(512), b"\r\n", b"not a stream"], ids=["zeros", "line break", "words"])
@pytest.mark.parametrize("kind", ["gzip", "zlib", "bare deflate", "zstd"])
def test_what_follows_a_stream_and_is_not_another_is_ignored(kind: str, rest: bytes) -> None:
    coding, pack = PACKERS[kind]
    assert unpack(pack(WORDS) + rest, coding, 1_000_000) == Unpacked(WORDS)


SKIPPED = b"\x5a\x2a\x4d\x18" + (300).to_bytes(4, "little") + bytes(range(256)) + bytes(44)  # RFC 8878 3.1.2


@pytest.mark.parametrize("between", [b"", SKIPPED, SKIPPED * 2, bytes(7)], ids=range(4))
def test_all_frames_are_read_whatever_is_skipped_between_them(between: bytes) -> None:
    first, second = zstandard.compress(WORDS[:100]), zstandard.compress(WORDS[100:])
    assert unpack(SKIPPED + first + between + second + SKIPPED, "zstd", 1_000_000) == Unpacked(WORDS)


@pytest.mark.parametrize(
    ("coding", "first", "second"),
    [
        ("gzip", gzip.compress(WORDS[:100]), gzip.compress(WORDS[100:])),
        ("gzip", gzip.compress(WORDS[:100]) + bytes(3), gzip.compress(WORDS[100:])),
        ("zstd", zstandard.compress(WORDS[:100]), zstandard.compress(WORDS[100:])),
        ("zstd", zstandard.compress(WORDS[:100]), SKIPPED + zstandard.compress(WORDS[100:])),
    ],
    ids=["gzip", "gzip, padded", "zstd", "zstd, skippable"],
)
def test_a_cut_anywhere_in_the_next_stream_ends_early(coding: str, first: bytes, second: bytes) -> None:
    for length in (*range(1, 24), len(second) - 1):
        data, flaw = unpack(first + second[:length], coding, 1_000_000)
        assert flaw == Flaw.ENDS_EARLY, length
        assert WORDS.startswith(data) and len(data) >= 100


def test_a_gzip_mark_with_a_method_that_does_not_exist_begins_no_stream() -> None:
    assert unpack(gzip.compress(WORDS) + b"\x1f\x8bgarbage", "gzip", 1_000_000) == Unpacked(WORDS)


def test_a_wrong_checksum_is_damage() -> None:
    packed = gzip.compress(WORDS)
    assert unpack(packed[:-8] + b"\1\2\3\4" + packed[-4:], "gzip", 1_000_000).flaw == Flaw.DAMAGED


@kinds
def test_a_body_larger_than_the_limit_is_refused_without_unpacking_all_of_it(kind: str) -> None:
    coding, pack = PACKERS[kind]
    with pytest.raises(TooLarge):
        unpack(pack(bytes(30_000_000)), coding, 100_000)
