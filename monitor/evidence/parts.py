"""The parts of an evidence file: their names, their limits, and how they are written. docs/evidence.md describes them."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Final

from monitor.sink import Sink

FORMAT: Final = 1  # of evidence files; raise it with every change that an earlier Parley cannot read

MANIFEST, SIGNATURE, TOKEN = "manifest.json", "manifest.json.sig", "manifest.json.tsr"
QUESTION, ANSWER, STATE, CONFIGURATION = "question.json", "answer.json", "state.json", "configuration.json"
ARTICLES, PAGES, LISTED, HASHES = "articles.jsonl", "pages.jsonl", "listed.jsonl", "hashes.jsonl"
DELIVERIES, REPEATS, LOST, README = "deliveries.json", "repeats.json", "lost.json", "README.txt"
BODIES = "pages/"  # and the hash of each

UNLISTED = frozenset({MANIFEST, SIGNATURE, TOKEN})  # parts that the manifest does not list
_NAMED = (QUESTION, ANSWER, STATE, CONFIGURATION, ARTICLES, PAGES, LISTED, HASHES, DELIVERIES, REPEATS, LOST, README)
# What else were in a file, nobody would have checked.
NAME = re.compile(
    rf"{'|'.join(map(re.escape, (*_NAMED, *sorted(UNLISTED))))}|chart-[0-9]{{1,3}}\.svg|pages/[0-9a-f]{{32}}"
)

LARGEST_JSON = 100_000_000  # bytes of a part that is read whole as JSON
LARGEST_LISTS = 4_000_000_000  # bytes of all parts that are read line by line, which become an index in memory

_MADE = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can state: the same bytes whenever it is made
_CHUNK = 1 << 20  # bytes

EXPLANATION = """Evidence made by Parley.

question.json       what was asked, with all times resolved
answer.json         the answer
articles.jsonl      the articles it rests on, as they were extracted and counted
pages.jsonl         the pages they were extracted from: address, time of fetching, hash
pages/              the raw pages, each under its hash (BLAKE2b, 128 bits)
listed.jsonl        further articles that are part of totals only
configuration.json  sources, themes and fragments
state.json          versions of themes and of Parley
manifest.json       SHA-256 of every part

To check all of it without the installation it came from:

    parley evidence verify FILE
"""


class Writer:
    """Writes the parts of a file one by one; every method yields the bytes that are ready.

    Attributes:
        sums: name of a part → its SHA-256 and size, for the manifest.
    """

    def __init__(self) -> None:
        self._sink = Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)
        self.sums: dict[str, tuple[str, int]] = {}

    def part(self, name: str, content: Iterable[bytes]) -> Iterator[bytes]:
        """Write a part from its pieces."""
        info = zipfile.ZipInfo(name, _MADE)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16  # Unix, whatever this machine is
        digest, size = sha256(), 0
        with self._zip.open(info, "w", force_zip64=name.endswith(".jsonl")) as part:
            for piece in content:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
                yield self._sink.take()
        yield self._sink.take()
        self.sums[name] = (digest.hexdigest(), size)

    def end(self) -> Iterator[bytes]:
        """Write the directory of the file."""
        self._zip.close()
        yield self._sink.take()


def pieces_of(file: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines in pieces that are worth writing."""
    piece = bytearray()
    for line in file:
        piece += line
        if len(piece) >= _CHUNK:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
