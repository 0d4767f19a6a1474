from __future__ import annotations

import gzip

import pytest

from crawler.parse.sniff import begins_as_page, file_format, has_html, is_page, is_vague, media_type_of

PAGE = "<!doctype html><html><body><p>Words</p></body></html>"
FEED = "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title></channel></rss>"


@pytest.mark.parametrize(
    ("body", "format"),
    [
        (b"%PDF-1.7", "a PDF"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"ID3\x03", "a sound file"),
        (b"PK\x03\x04", "a ZIP or Office file"),
        (gzip.compress(b"words", mtime=0), "a gzip file"),
        (b"words\0words", "binary data"),
        (b"words " * 20 + b"\0", None),
        (b"words", None),
        (b"", None),
        (PAGE.encode("utf-16"), None),
        (PAGE.encode("utf-16-le"), None),
        (PAGE.encode("utf-32-be"), None),
        (f"\r\n{PAGE}".encode("utf-16-le"), None),
        (b"<html><title>Wo\0rds</title>", None),
        (bytes(200) + PAGE.encode(), "binary data"),
    ],
)
def test_binary_files_are_recognised_by_their_first_bytes(body: bytes, format: str | None) -> None:
    assert file_format(body) == format


@pytest.mark.parametrize(
    ("text", "begins", "is_whole", "has_any"),
    [
        (PAGE, True, True, True),
        (f"<?xml version='1.0'?>\n<!-- a comment --> {PAGE}", True, True, True),
        ("<body>Words", True, True, True),
        (f"junk {PAGE}", False, True, True),
        ("<p>Words</p>", False, False, True),
        (FEED, False, False, False),
        (FEED.replace("News", f"<![CDATA[{PAGE}]]>"), False, False, False),
        (f"<html><svg><feed/></svg>{PAGE}", True, True, True),
        ("Words", False, False, False),
        ("", False, False, False),
    ],
)
def test_pages_fragments_and_feeds_are_distinguished(text: str, begins: bool, is_whole: bool, has_any: bool) -> None:
    assert (begins_as_page(text), is_page(text), has_html(text)) == (begins, is_whole, has_any)


def test_text_in_utf_16_is_recognised_by_its_header() -> None:
    body = "Переговоры возобновились".encode("utf-16-le")
    assert file_format(body, "text/html; charset=utf-16le") is None


@pytest.mark.parametrize(
    ("content_type", "media_type", "vague"),
    [
        ("text/html,charset=utf-8", "text/html", True),
        ("Text/HTML charset=utf-8", "text/html", True),
        ("application/octet-stream", "application/octet-stream", True),
        ("application/x-httpd-php; charset=utf-8", "application/x-httpd-php", True),
        ("html", "html", True),
        ("*/*", "*/*", True),
        ("", "", True),
        ("application/json", "application/json", False),
        ("application/geo+json", "application/geo+json", False),
        ("image/png", "image/png", False),
        ("application/rss+xml", "application/rss+xml", False),
        ("application/vnd.ms-excel", "application/vnd.ms-excel", False),
    ],
)
def test_media_types_that_say_nothing_are_known(content_type: str, media_type: str, vague: bool) -> None:
    assert media_type_of(content_type) == media_type
    assert is_vague(media_type) == vague
