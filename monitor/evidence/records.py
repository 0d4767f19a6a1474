"""What an evidence file contains, as values, and each as JSON. What is read may be forged, so every value is checked."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from config.errors import Refused
from config.sources import Source
from config.themes import Fragment, Theme
from crawler.archive.feed_hours import FeedHours
from crawler.page import Page
from indexer.article import Article
from indexer.stored_form import SERIAL_BITS
from indexer.trends.calendar import Interval
from indexer.trends.spikes import Sensitivity
from indexer.trends.splits import By
from monitor.documents.completeness import SearchableDocument
from monitor.documents.versions import VersionsDocument

RecordT = TypeVar("RecordT")
# So many values may be in a part, and one more for so many bytes; in honest parts, a value takes 25.
_FEW_VALUES, _BYTES_OF_A_VALUE = 100_000, 16
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")  # of a character beyond U+FFFF; only both together are one
Kind = Literal["trend", "search", "article"]
Pages = Literal["matching", "all", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked, with every time resolved.

    Attributes:
        queries: name → text; a search has one, without a name.
        article: id, of evidence for an article.
        start, end: the range, UTC; None where it is open.
        now: as of when buckets are in progress and sources silent, UTC.
        pages: whose raw pages are in the file: those of matching articles, of all articles of the scope, or none.
    """

    kind: Kind
    themes: tuple[str, ...] = ()
    queries: Mapping[str, str] = field(default_factory=dict)
    article: str = ""
    interval: Interval = "day"
    start: datetime | None = None
    end: datetime | None = None
    now: datetime
    timezone: str
    scope: str | None = None
    split: By | None = None
    largest: int = 8
    corrected: bool = False
    sensitivity: Sensitivity = "medium"
    pages: Pages = "matching"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRecord:
    """One version of a theme: its queries as JSON, and the hash of what they compiled to."""

    theme: str
    version: int
    recorded: datetime
    digest: str
    definition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the answer depends on besides articles and configuration.

    Attributes:
        versions: name of a series → the versions of themes it was counted with.
        history: every version of the themes that the question names.
        extractor: version of the extractor of the Parley that made the file, `tokenizer` of its tokenizer.
    """

    parley: str
    extractor: int
    tokenizer: int
    engine: str
    versions: Mapping[str, VersionsDocument]
    history: tuple[VersionRecord, ...]
    searchable: SearchableDocument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRecord:
    """Sources without the addresses and options of their feeds, themes and fragments."""

    sources: tuple[Source, ...]
    themes: tuple[Theme, ...]
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as it was searched and counted.

    Attributes:
        extractor: version of the extractor that read it; None when the archive does not say.
        pages: numbers of the pages it was collected from, at any of its addresses.
    """

    article: Article
    extractor: int | None
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRecord:
    """An article of the scope that does not match, without title and text; `hash` is that of its page, None when not kept."""

    article: Article
    hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A page with the hash of its raw body, BLAKE2b with 128 bits; `page.collected` is when it was fetched."""

    page: Page
    state: str
    detail: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HashRecord:
    """The SHA-256 and the size in bytes of a body that is not in the file."""

    hash: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRecord:
    """The SHA-256 and the size in bytes of a part."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All parts of the file but the manifest itself and what vouches for it."""

    format: int
    parts: tuple[PartRecord, ...]


Deliveries = dict[str, FeedHours]
RepeatedLines = dict[str, tuple[str, ...]]  # source → digests, hexadecimal
Lost = dict[str, str]  # hash of a body → why it is not in the file


def to_json(value: object, of: Hashable = None, *, indent: int | None = 2) -> bytes:
    """Return a value as JSON that is the same in every process.

    Args:
        of: its type, where that is not the class of the value.
    """
    plain = _adapter(cast(Hashable, of or type(value))).dump_python(value, mode="json", by_alias=True)
    return (json.dumps(_ordered(plain, value), ensure_ascii=False, indent=indent) + "\n").encode("utf-8", "replace")


def to_line(value: object) -> bytes:
    """Return a value as one line of JSON."""
    return to_json(value, indent=None)


def read_json(content: bytes) -> Any:
    """Return the value of JSON that everybody reads in the same way, and that fits into memory.

    Raises:
        ValueError: it is no JSON in UTF-8 (RFC 8259), has a key twice or half a character, is nested too deeply, or has very many
            tiny values.
    """
    if sum(map(content.count, (b",", b"[", b"{"))) > _FEW_VALUES + len(content) // _BYTES_OF_A_VALUE:
        raise ValueError("too many values for its size")
    try:
        value = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
        if _HALF.search(content):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except UnicodeEncodeError:
        raise ValueError("half a character is there alone") from None
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a key is there twice")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def from_json(content: bytes, of: type[RecordT], where: str) -> RecordT:
    """Return the value in a part or a line.

    Args:
        where: the part or the line, for the error.

    Raises:
        Refused: it is not one.
    """
    try:
        value: RecordT = _adapter(cast(Hashable, of)).validate_python(read_json(content))
        for moment in _moments(value):
            if moment.tzinfo is None:
                raise Refused(f"{where}: a time has no zone")
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Refused(f"{where}: {place + ': ' if place else ''}{first['msg']}") from None
    except ValueError as wrong:
        raise Refused(f"{where}: {wrong}") from None
    if isinstance(value, ArticleRecord | ListedRecord) and not 0 < value.article.serial < 1 << SERIAL_BITS:
        raise Refused(f"{where}: article.serial: {value.article.serial} is not a number of an article")
    return value


def _moments(value: object) -> Iterator[datetime]:
    match value:
        case ArticleRecord() | ListedRecord():
            article = value.article
            yield from filter(None, (article.published, article.collected, article.updated))
        case PageRecord():
            page = value.page
            yield from filter(None, (page.collected, page.first_collected, page.hints.published, page.hints.updated))
        case Question():
            yield from filter(None, (value.start, value.end, value.now))
        case dict():
            for hours in value.values():
                if isinstance(hours, FeedHours):
                    yield hours.first
                    for silence in hours.silences:
                        yield from filter(None, (silence.start, silence.end))


def _ordered(plain: Any, value: object) -> Any:
    """Return the JSON form of a value with sets in order."""
    if isinstance(value, ArticleRecord | ListedRecord):
        plain["article"]["themes"].sort()
    return plain


@cache
def _adapter(of: Any) -> TypeAdapter[Any]:
    return TypeAdapter(of)
