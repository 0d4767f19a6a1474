"""Reads what is left of a damaged index: the articles in its stores, whatever became of the files for searching.

Of a segment only the store has the articles. It is read through a segment of as many empty documents, in a temporary folder,
whose own store is replaced by a link to it; tantivy then needs none of the other files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from struct import iter_unpack
from tempfile import TemporaryDirectory

import tantivy

from config.errors import EngineMisconfigured
from indexer.article import Article
from indexer.engines.tantivy.checksums import is_sound, segments_of
from indexer.engines.tantivy.errors import is_of_tantivy, translate_errors
from indexer.engines.tantivy.schema import SCHEMA
from indexer.stored_form import Damaged, unpack

_HEAP = 64_000_000  # bytes; for each document more, so that all are in one segment
_HEAP_OF_DOCUMENT = 64
_LEAST = 32  # bytes of an article in a store, where they are packed; in a .fieldnorm each has one for every field
_WORD = 64  # bits


@dataclass(frozen=True, slots=True)
class _Segment:
    """A segment: the start of its files' names, its number of documents at most, and those of them that are deleted."""

    path: Path
    most: int
    deleted: Collection[int]


def readable(folder: Path) -> Iterator[Article]:
    """Yield the articles in the folder of an index that can be read, the newest of a segment first.

    Some may come twice, in an earlier version, and some that were deleted, where the list of deletions is damaged.
    """
    for segment in _segments(folder):
        try:
            with TemporaryDirectory(prefix="parley-salvage-") as view, translate_errors(folder):
                yield from _stored(_grafted(segment, Path(view)), segment)
        except EngineMisconfigured:  # nothing in this store can be read
            continue


def _segments(folder: Path) -> list[_Segment]:
    """Return the segments of the last commit or, where their list is damaged, those whose stores are there."""
    try:
        listed = segments_of(folder)
        return [_Segment(folder / each.name, each.documents, _deleted(folder, each.deletions)) for each in listed]
    except (OSError, ValueError):
        stores = sorted(folder.glob("*.store"), key=lambda path: path.stat().st_mtime, reverse=True)
        return [_Segment(path.with_suffix(""), _most(path), ()) for path in stores]


def _most(store: Path) -> int:
    """Return a number that the documents of a segment do not exceed, by the size that each has at least in one of its files."""
    norms = store.with_suffix(".fieldnorm")
    return norms.stat().st_size if norms.exists() else store.stat().st_size // _LEAST


def _deleted(folder: Path, name: str | None) -> set[int]:
    """Return the deleted documents that a file lists; none where it is damaged, or there is none.

    The list is the number of documents, and a bit for each that is not deleted, little-endian (tantivy 0.27,
    src/fastfield/alive_bitset.rs).
    """
    if name is None or not is_sound(folder / name):
        return set()
    content = (folder / name).read_bytes()
    size = int.from_bytes(content[:4], "little")
    words = iter_unpack("<Q", content[4 : 4 + (size + _WORD - 1) // _WORD * 8])
    return {
        start * _WORD + bit
        for start, (word,) in enumerate(words)
        for bit in range(_WORD)
        if start * _WORD + bit < size and not word >> bit & 1
    }


def _grafted(segment: _Segment, view: Path) -> tantivy.Searcher:
    """Return a searcher over a segment of empty documents, in an empty folder, that has the store of another."""
    index = tantivy.Index(SCHEMA, str(view))
    writer = index.writer(_HEAP + _HEAP_OF_DOCUMENT * segment.most, 1)
    for _ in range(segment.most):
        writer.add_document(tantivy.Document())
    writer.commit()
    writer.wait_merging_threads()
    for own in view.glob("*.store"):
        own.unlink()
        own.symlink_to(segment.path.with_suffix(".store").absolute())
    return tantivy.Index.open(str(view)).searcher()


def _stored(searcher: tantivy.Searcher, segment: _Segment) -> Iterator[Article]:
    for number in reversed(range(segment.most)):
        if number in segment.deleted:
            continue
        article = _read(searcher, number)
        if article is not None:
            yield article


def _read(searcher: tantivy.Searcher, number: int) -> Article | None:
    try:
        packed = searcher.doc(tantivy.DocAddress(0, number)).get_first("stored")
        return unpack(packed) if isinstance(packed, bytes) else None
    except Damaged:
        return None
    except BaseException as error:
        if not is_of_tantivy(error):
            raise
        return None
