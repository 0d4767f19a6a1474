"""Archived pages as a WARC file (ISO 28500), as far as the archive knows what a server sent.

The archive keeps the decoded body of a page, its Content-Type and the time of fetching; of the response's status only that it
was a success. So a fetched page is a `response` with a status line and that one header, and its `metadata` record says so. A
text that a feed or channel delivered was never sent under the article's address: it is a `resource`.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from config.errors import BodyLost
from crawler.archive.archive import Archive
from crawler.page import Page
from monitor.version import version_of_parley

_NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:parley:warc")
_UNSAFE = re.compile(r"[^\x21-\x7e]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_KEPT = (
    "The archive keeps the decoded body and the Content-Type of a response. Its status was a success; the exact status and all "
    "other headers are not kept and not stated."
)


def warc_pieces(archive: Archive, ids: Iterable[str]) -> Iterator[bytes]:
    """Yield a compressed WARC file of every page that was collected for these articles, in constant memory.

    Args:
        ids: of the articles.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    software = f"Parley {version_of_parley('from a checkout')}"
    about = {"software": software, "format": "WARC File Format 1.1", "description": _KEPT}
    writer.write_record(writer.create_warcinfo_record(None, about))
    yield _taken(out)
    for id in ids:
        pages = [kept.page for kept in archive.pages_of(id)]
        hashes = archive.body_names([page.number for page in pages])
        for page in pages:
            _write(writer, archive, page, hashes[page.number])
            yield _taken(out)


def _write(writer: WARCWriter, archive: Archive, page: Page, hash: str) -> None:
    try:
        body = archive.bodies.get(hash)
    except BodyLost:
        _write_facts(writer, page, hash, None, "The body is missing from the archive, or damaged there.")
        return
    url, type = _address(page.final_url), _CONTROL.sub(" ", page.content_type).strip()
    id = _id("content", page, hash)
    headers = {"WARC-Record-ID": id, "WARC-Date": datetime_to_iso_date(page.collected, use_micros=False)}
    if page.kind == "document":
        fields = [("Content-Type", type)] if type else []
        http = StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=BytesIO(body), length=len(body), warc_headers_dict=headers, http_headers=http
        )
        note = _KEPT
    else:
        record = writer.create_warc_record(
            url,
            "resource",
            payload=BytesIO(body),
            length=len(body),
            warc_content_type=type or "application/octet-stream",
            warc_headers_dict=headers,
        )
        note = f"Not fetched from this address: it is a text that the feed {page.feed} delivered ({page.kind})."
    writer.write_record(record)
    _write_facts(writer, page, hash, id, note)


def _write_facts(writer: WARCWriter, page: Page, hash: str, about: str | None, note: str) -> None:
    """Write a `metadata` record with what the archive knows of a page."""
    facts = {
        "article": page.id,
        "source": page.source,
        "feed": page.feed,
        "kind": page.kind,
        "requested": page.url,
        "body-blake2b-128": hash,
        "note": note,
    }
    lines = "".join(f"{name}: {_CONTROL.sub(' ', value)}\r\n" for name, value in facts.items())
    content = lines.encode("utf-8", "replace")
    headers = {
        "WARC-Record-ID": _id("facts", page, hash),
        "WARC-Date": datetime_to_iso_date(page.collected, use_micros=False),
    }
    if about:
        headers["WARC-Concurrent-To"] = about
    record = writer.create_warc_record(
        _address(page.final_url),
        "metadata",
        payload=BytesIO(content),
        length=len(content),
        warc_content_type="application/warc-fields",
        warc_headers_dict=headers,
    )
    writer.write_record(record)


def _id(what: str, page: Page, hash: str) -> str:
    """Return the same id for the same record, whenever it is exported."""
    return f"<urn:uuid:{uuid.uuid5(_NAMES, f'{what} {page.id} {page.collected.isoformat()} {hash}')}>"


def _address(url: str) -> str:
    """Return an address that fits into a header."""
    return _UNSAFE.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode("utf-8", "replace")), url)


def _taken(out: BytesIO) -> bytes:
    taken = out.getvalue()
    out.seek(0)
    out.truncate()
    return taken
