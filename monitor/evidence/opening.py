"""Opening an evidence file that may be hostile: nothing is unpacked to disk, and what is not as it must be is refused by name."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO

from config.errors import Refused, WrongArgument
from monitor.evidence import container, signatures, timestamps
from monitor.evidence.parts import (
    ANSWER,
    ARTICLES,
    BODIES,
    CONFIGURATION,
    FORMAT,
    LARGEST_JSON,
    LARGEST_LISTS,
    MANIFEST,
    NAME,
    PAGES,
    QUESTION,
    SIGNATURE,
    STATE,
    TOKEN,
    UNLISTED,
)
from monitor.evidence.records import Manifest, RecordT, from_json

LONGEST_LINE = 64_000_000  # bytes: an article or the hints of a page
_REQUIRED = (QUESTION, ANSWER, STATE, CONFIGURATION, ARTICLES, PAGES)
_LARGEST = 200_000_000  # bytes of a part that is read whole and is no JSON
_BOMB, _BOMB_FROM = 300, 10_000_000  # times its compressed size, for parts from so many bytes on


class EvidenceFile:
    """The parts of an evidence file whose sums are right."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        """Check everything that can be checked without an understanding of the parts.

        Raises:
            Refused: the file is not evidence, or not as its manifest says.
        """
        self.path, self._file = path, file
        with self._refusing():
            number = container.check_directory(file)
        try:
            directory = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as wrong:
            raise self._refused(f"not a zip file ({wrong})") from None
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in directory.infolist():
            self._check_entry(info)
            self._infos[info.filename] = info
        if sum(info.compress_size for info in self._infos.values()) > path.stat().st_size:
            raise self._refused("its parts overlap: a bomb")
        self._check_growth()
        if len(self._infos) != number:
            raise self._refused(f"its end counts {number:,} parts, its directory {len(self._infos):,}")
        if sum(info.file_size for name, info in self._infos.items() if name.endswith(".jsonl")) > LARGEST_LISTS:
            raise self._refused(f"its lists are larger than the {LARGEST_LISTS:,} bytes allowed")
        self._begins = dict(self._check_records(directory.start_dir))
        if MANIFEST not in self._infos:
            raise self._refused(f"{MANIFEST} is missing")
        self.manifest_bytes = self.read(MANIFEST)
        manifest = from_json(self.manifest_bytes, Manifest, f"{path}: {MANIFEST}")
        if manifest.format != FORMAT:
            raise self._refused(f"format {manifest.format}; this Parley reads format {FORMAT}")
        self._check_sums(manifest)

    @property
    def signature(self) -> bytes | None:
        """The signature of the manifest; None without one."""
        return self.read(SIGNATURE) if SIGNATURE in self._infos else None

    @property
    def token(self) -> bytes | None:
        """The time stamp of the manifest; None without one."""
        return self.read(TOKEN) if TOKEN in self._infos else None

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def names(self) -> list[str]:
        """Return the names of all parts, in the order of the file."""
        return list(self._infos)

    def bodies(self) -> frozenset[str]:
        """Return the hashes of the raw pages in the file."""
        return frozenset(name.removeprefix(BODIES) for name in self._infos if name.startswith(BODIES))

    def read(self, name: str) -> bytes:
        """Return a part."""
        return b"".join(self.pieces(name))

    def record(self, name: str, of: type[RecordT]) -> RecordT:
        """Return the value in a part."""
        return from_json(self.read(name), of, f"{self.path}: {name}")

    def records(self, name: str, of: type[RecordT]) -> Iterator[RecordT]:
        """Yield the value in each line of a part, in constant memory; none of a part that is not there."""
        if name not in self._infos:
            return
        for number, line in enumerate(self._lines(name), 1):
            yield from_json(line, of, f"{self.path}: {name}, line {number}")

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part piece by piece.

        Raises:
            Refused: it is damaged.
        """
        try:
            yield from container.pieces(self._file, self._infos[name], self._begins[name])
        except (ValueError, OSError) as wrong:
            raise self._refused(f"{name} is damaged ({wrong})") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for piece in self.pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines
            if len(rest) > LONGEST_LINE:
                raise self._refused(f"{name} has a line of more than {LONGEST_LINE:,} bytes")
        if rest:
            yield rest

    def _check_records(self, directory: int) -> Iterator[tuple[str, int]]:
        """Yield the name of each part and where its content begins.

        The parts follow one another without a gap, up to the directory, and each says the same of itself. Programs that read
        them one after another would otherwise see others than those that read the directory.
        """
        end = 0
        for info in sorted(self._infos.values(), key=lambda info: info.header_offset):
            if info.header_offset != end:
                raise self._refused(f"something stands before {info.filename!r}")
            with self._refusing():
                begin, end = container.content_of(self._file, info)
            yield info.filename, begin
        if end != directory:
            raise self._refused("something stands between its parts and its directory")

    def _check_entry(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        shown = repr(name[:100])
        if name in self._infos:
            raise self._refused(f"{shown} is there twice")
        if name.startswith(("/", "\\")) or ".." in name or "\\" in name or ":" in name or info.orig_filename != name:
            raise self._refused(f"{shown} leads out of the file")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or name.endswith("/"):
            raise self._refused(f"{shown} is {'a link' if kind == stat.S_IFLNK else 'not a plain file'}")
        if not NAME.fullmatch(name):
            raise self._refused(f"{shown} is no part of evidence")
        if info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self._refused(f"{shown} is encrypted or compressed in an unknown way")
        with self._refusing():
            container.check_entry(info)
        if info.file_size > _BOMB_FROM and info.file_size > _BOMB * max(1, info.compress_size):
            raise self._refused(f"{shown} grows from {info.compress_size:,} to {info.file_size:,} bytes: a bomb")
        largest = LARGEST_JSON if name.endswith(".json") else _LARGEST
        if info.file_size > largest and not name.endswith(".jsonl"):
            raise self._refused(f"{shown} has {info.file_size:,} bytes, more than the {largest:,} allowed")
        limits = {SIGNATURE: signatures.LONGEST, TOKEN: timestamps.LONGEST}
        if info.file_size > limits.get(name, info.file_size):
            raise self._refused(f"{shown} has {info.file_size:,} bytes, too many for one")

    def _check_growth(self) -> None:
        """Refuse thousands of parts that grow as much as a bomb only together."""
        packed = sum(info.compress_size for info in self._infos.values())
        full = sum(info.file_size for info in self._infos.values())
        if full > _BOMB_FROM and full > _BOMB * max(1, packed):
            raise self._refused(f"its parts grow from {packed:,} to {full:,} bytes: a bomb")

    def _check_sums(self, manifest: Manifest) -> None:
        listed = {part.name: part for part in manifest.parts}
        if len(listed) != len(manifest.parts):
            raise self._refused(f"{MANIFEST} lists a part twice")
        missing = [name for name in (*listed, *_REQUIRED) if name not in self._infos or name in UNLISTED]
        if missing:
            raise self._refused(f"{missing[0]!r} is missing")
        if extra := [name for name in self._infos if name not in listed and name not in UNLISTED]:
            raise self._refused(f"{extra[0]!r} is not in {MANIFEST}")
        for name, part in listed.items():
            digest, size = sha256(), 0
            for piece in self.pieces(name):
                digest.update(piece)
                size += len(piece)
            if (digest.hexdigest(), size) != (part.sha256, part.size):
                raise self._refused(f"{name} is not what {MANIFEST} says: its SHA-256 or size differs")

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Refuse the file for what `container` finds in it."""
        try:
            yield
        except ValueError as wrong:
            raise self._refused(str(wrong)) from None

    def _refused(self, why: str) -> Refused:
        return Refused(f"{self.path}: {why}", field="file")


def open_evidence(path: Path) -> EvidenceFile:
    """Open an evidence file.

    Raises:
        WrongArgument: it cannot be read.
        Refused: as in `EvidenceFile`.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror or error}", field="file") from None
    try:
        return EvidenceFile(path, file)
    except BaseException:
        file.close()
        raise
