"""The signature of a text: its words in a compact form, a digest of them, and keys under which similar texts are looked up.

Keys are hashes of 4-word shingles. Of a longer text only those below a threshold are kept, so that two texts of any lengths keep
the same ones of what they share (modulo sampling: U. Manber, "Finding similar files in a large file system", 1994). Nothing here
uses Python's hash(), which differs between processes.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import zstandard

from indexer import words
from indexer.copies.furniture import substance

VERSION = (
    2  # raise it whenever the same text could give another signature or another relation; articles are linked anew
)
SHORT = 150  # words; the names in shorter texts are marked: they may be all that two texts differ in, or all that they share
NAME = "^"  # marks a capitalised word within a sentence of a short text; it is never part of a word
SHINGLE = 4
LONGEST = 20_000  # words of a text that are compared
_MOST_KEYS = 2_000
_SPARSE = ((60, 1), (200, 2), (1_000, 4), (4_000, 8))  # up to so many words, one shingle in so many is a key
_SPARSEST = 16
_KEYS = 1 << 32
_SPREAD = 2_654_435_761  # Knuth's multiplier; crc32 alone keeps neighbouring words neighbours


@dataclass(frozen=True, slots=True)
class Signature:
    """What is stored of a text to recognise copies of it.

    Attributes:
        digest: of all its words in order.
        length: how many words it has.
        keys: numbers below 2**33; two texts are compared only if they share some of them.
        content: its words, compressed; see `unpacked`.
    """

    digest: bytes
    length: int
    keys: tuple[int, ...]
    content: bytes


Signer = Callable[[str], Signature | None]  # `signature`, or the same with a cache


def signature(text: str) -> Signature | None:
    """Return the signature of a text, or None when it has no words. The same on every machine."""
    kept = substance(text)
    marked = list(_words(kept))[:LONGEST]
    if not marked:
        return None
    plain = [word.removeprefix(NAME) for word in marked]
    digest = _digest(plain)
    content = zstandard.compress(" ".join(marked).encode("utf-8", "replace"))
    return Signature(digest, len(plain), (*_keys(plain), _whole(digest)), content)


class DamagedContent(ValueError):
    """The words of a signature cannot be read: they were changed on the disk."""


def unpacked(content: bytes) -> list[str]:
    """Return the words of a signature; the names of a short text begin with NAME.

    Raises:
        DamagedContent: these are the words of none.
    """
    try:
        content_words = zstandard.decompress(content).decode().split()
    except (zstandard.ZstdError, UnicodeDecodeError, TypeError) as error:
        raise DamagedContent(str(error)) from error
    if not content_words:
        raise DamagedContent("no words")
    return content_words


def is_intact(signature: Signature) -> bool:
    """Return whether the words of a stored signature are those it was made of."""
    try:
        plain = [word.removeprefix(NAME) for word in unpacked(signature.content)]
    except DamagedContent:
        return False
    return (len(plain), _digest(plain)) == (signature.length, signature.digest)


def _digest(plain: Sequence[str]) -> bytes:
    return hashlib.blake2b(" ".join(plain).encode("utf-8", "replace"), digest_size=16).digest()


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text without emoji."""
    if len(tokens := words.tokens(text)) >= SHORT:
        yield from (token for token in tokens if token[0].isalnum())
        return
    end, starts = 0, True
    for token, start, stop in words.spans(text):
        if not token[0].isalnum():
            continue
        starts = starts or any(mark in text[end:start] for mark in ".!?:\n")
        yield f"{NAME}{token}" if text[start].isupper() and not starts else token
        end, starts = stop, False


def _whole(digest: bytes) -> int:
    """Return the key of a text as a whole, above those of its shingles."""
    return _KEYS + int.from_bytes(digest[:4], "little")


def _keys(plain: Sequence[str]) -> tuple[int, ...]:
    sparse = next((one_in for most, one_in in _SPARSE if len(plain) <= most), _SPARSEST)
    shingles = map(" ".join, zip(*(plain[start:] for start in range(SHINGLE)), strict=False))
    hashes = {zlib.crc32(shingle.encode("utf-8", "replace")) * _SPREAD % _KEYS for shingle in shingles}
    return tuple(sorted(key for key in hashes if key < _KEYS // sparse))[:_MOST_KEYS]
