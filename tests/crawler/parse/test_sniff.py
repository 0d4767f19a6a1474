from __future__ import annotations

import gzip

import pytest

from crawler.parse.sniff import begins_as_page, file_format, has_html, is_page

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
    ],
)
def test_files_that_are_no_text_are_told_by_their_first_bytes(body: bytes, format: str | None) -> None:
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
def test_pages_fragments_and_feeds_are_told_apart(text: str, begins: bool, is_whole: bool, has_any: bool) -> None:
    assert (begins_as_page(text), is_page(text), has_html(text)) == (begins, is_whole, has_any)
