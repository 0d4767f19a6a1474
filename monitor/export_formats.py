"""The formats of an export: JSON lines, CSV, CSV for Excel, Parquet and WARC. Each turns articles into a file piece by piece."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from config.errors import Refused
from crawler.archive.archive import Archive
from monitor.csv_rows import BYTE_ORDER_MARK, csv_lines
from monitor.documents.articles import ArticleDocument
from monitor.documents.escapes import escaped
from monitor.services.export import COLUMNS
from monitor.sink import Sink

FormatName = Literal["jsonl", "csv", "excel", "parquet", "warc"]
FORMAT_NAMES: tuple[FormatName, ...] = get_args(FormatName)

_TIMES = ("published", "updated", "collected")
_LISTS = ("authors", "themes", "carries")
_ROW_GROUP = 1_000  # articles held in memory for Parquet, which stores columns


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format.

    Attributes:
        suffix: of a file's name.
        pieces: turns articles of an archive into the bytes of a file, in constant memory.
    """

    media_type: str
    suffix: str
    pieces: Callable[[Iterable[ArticleDocument], Archive], Iterator[bytes]]


def _json_lines(articles: Iterable[ArticleDocument], _archive: Archive) -> Iterator[bytes]:
    for article in articles:
        line = escaped(json.dumps(article.model_dump(mode="json"), ensure_ascii=False))
        yield f"{line}\n".encode("utf-8", "replace")


def _csv(articles: Iterable[ArticleDocument], _archive: Archive) -> Iterator[bytes]:
    for line in csv_lines(COLUMNS, map(_cells, articles)):
        yield line.encode("utf-8", "replace")


def _excel(articles: Iterable[ArticleDocument], archive: Archive) -> Iterator[bytes]:
    yield BYTE_ORDER_MARK.encode()
    yield from _csv(articles, archive)


def _values(article: ArticleDocument) -> list[object]:
    """Return the values in the order of the columns."""
    return [getattr(article, name) for name in ArticleDocument.model_fields]


def _cells(article: ArticleDocument) -> list[object]:
    """Return the values in the order of the columns, several names as one text."""
    return ["; ".join(value) if isinstance(value, tuple) else value for value in _values(article)]


def _parquet(articles: Iterable[ArticleDocument], _archive: Archive) -> Iterator[bytes]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Refused("Parquet needs pyarrow: pip install 'parley[parquet]'", field="format") from None
    types = {
        **dict.fromkeys(_TIMES, pyarrow.timestamp("us", tz="UTC")),
        **dict.fromkeys(_LISTS, pyarrow.list_(pyarrow.string())),
    }
    schema = pyarrow.schema([(column, types.get(column, pyarrow.string())) for column in COLUMNS])
    sink, waiting = Sink(), iter(articles)
    with parquet.ParquetWriter(sink, schema, compression="zstd") as writer:
        while group := list(itertools.islice(waiting, _ROW_GROUP)):
            writer.write_table(
                pyarrow.Table.from_pylist(
                    [dict(zip(COLUMNS, _values(article), strict=True)) for article in group], schema
                )
            )
            yield sink.take()
    yield sink.take()


def _warc(articles: Iterable[ArticleDocument], archive: Archive) -> Iterator[bytes]:
    from monitor.warc import warc_pieces  # nothing else needs its library

    yield from warc_pieces(archive, (article.id for article in articles))


FORMATS: dict[FormatName, ExportFormat] = {
    "jsonl": ExportFormat("application/jsonl", "jsonl", _json_lines),
    "csv": ExportFormat("text/csv; charset=utf-8", "csv", _csv),
    "excel": ExportFormat("text/csv; charset=utf-8", "csv", _excel),
    "parquet": ExportFormat("application/vnd.apache.parquet", "parquet", _parquet),
    "warc": ExportFormat("application/warc", "warc.gz", _warc),
}
