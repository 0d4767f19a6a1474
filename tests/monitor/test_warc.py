"""A WARC export is valid, complete, and states nothing that the archive does not know."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.recordloader import ArcWarcRecord

from crawler.archive.archive import Archive, open_archive
from crawler.page import Hints
from monitor.warc import warc_pieces
from tests.support.collected import NOON, TALKS, collect, page_of


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return open_archive(tmp_path)


def records(archive: Archive, *ids: str) -> list[tuple[ArcWarcRecord, bytes]]:
    content = b"".join(warc_pieces(archive, ids))
    return [(record, record.content_stream().read()) for record in ArchiveIterator(io.BytesIO(content))]


def test_a_fetched_page_is_a_response_with_what_the_archive_kept(archive: Archive) -> None:
    body = page_of(TALKS)
    id = collect(archive, "a", body)
    info, (page, content), (facts, text) = records(archive, id)
    assert info[0].rec_type == "warcinfo"
    assert (page.rec_type, page.rec_headers["WARC-Target-URI"]) == ("response", "https://outlet.example/a")
    assert page.rec_headers["WARC-Date"] == "2026-03-01T12:00:00Z"
    assert page.http_headers.headers == [("Content-Type", "text/html")]
    assert content == body
    assert (facts.rec_type, facts.rec_headers["WARC-Concurrent-To"]) == ("metadata", page.rec_headers["WARC-Record-ID"])
    assert f"article: {id}" in text.decode()
    assert "other headers are not kept" in text.decode()


@pytest.mark.parametrize("kind", ["entry", "message", "item"])
def test_what_was_not_fetched_from_its_address_is_no_response(archive: Archive, kind: str) -> None:
    id = collect(archive, "b", b"<p>Text</p>", kind=kind, hints=Hints(title="T"))  # type: ignore[arg-type]
    _, (page, content), (_, text) = records(archive, id)
    assert (page.rec_type, page.http_headers, content) == ("resource", None, b"<p>Text</p>")
    assert "Not fetched from this address" in text.decode()


def test_every_version_of_a_page_is_exported(archive: Archive) -> None:
    id = collect(archive, "c", b"one")
    collect(archive, "c", b"two")
    assert [content for record, content in records(archive, id) if record.rec_type == "response"] == [b"one", b"two"]


def test_a_lost_body_is_named_and_the_others_follow(archive: Archive) -> None:
    first, second = collect(archive, "d", b"one"), collect(archive, "e", b"two")
    archive.bodies.remove(list(archive.body_names([1]).values()))
    _, (lost, text), (page, _), _ = records(archive, first, second)
    assert lost.rec_type == "metadata"
    assert "missing" in text.decode()
    assert page.rec_headers["WARC-Target-URI"].endswith("/e")


def test_the_checker_of_its_library_accepts_hostile_contents(archive: Archive, tmp_path: Path) -> None:
    bodies = [b"", b"\r\n\r\nWARC/1.1\r\n", b"HTTP/1.1 500 No\r\n\r\n", bytes(range(256)) * 50, "мир".encode("utf-16")]
    ids = [collect(archive, f"é/{number} \u202e", body, at=NOON) for number, body in enumerate(bodies)]
    path = tmp_path / "it.warc.gz"
    path.write_bytes(b"".join(warc_pieces(archive, ids)))
    checker = Checker(type("Command", (), {"verbose": False, "inputs": [str(path)]})())
    checker.process_all()
    assert not checker.exit_value
    pages = [content for record, content in records(archive, *ids) if record.rec_type == "response"]
    assert pages == bodies


def test_record_ids_are_the_same_each_time_and_never_twice(archive: Archive) -> None:
    ids = [collect(archive, name, name.encode()) for name in "fgh"]
    first, second = ([it.rec_headers["WARC-Record-ID"] for it, _ in records(archive, *ids)][1:] for _ in range(2))
    assert first == second
    assert len(set(first)) == 6
