"""Content sniffing: detects binary files, web pages and feeds from the content, regardless of the declared type."""

from __future__ import annotations

import re

from crawler.parse.encoding import wide_encoding

_FORMATS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a media file",
    b"ID3": "a sound file",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\xd0\xcf\x11\xe0": "an Office file",
    b"\x1f\x8b": "a gzip file",
    b"7z\xbc\xaf": "a 7z file",
    b"\x7fELF": "a program",
}
HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
# Servers send every other type with pages now and then: text/plain, application/octet-stream, */*, html.
_TELLING = re.compile(
    r"(?:image|video|audio|font|model)/|text/(?:css|csv|calendar|javascript|markdown|vtt)"
    r"|application/(?:pdf|rtf|(?:x-)?(?:javascript|zip|gzip|tar)|msword|vnd\.|[\w.]*\+?json|(?:rss|atom|rdf)\+xml)"
)
_FILES = re.compile(
    r"(?:image|video|audio|font|model)/|application/(?:pdf|rtf|(?:x-)?(?:zip|tar)|msword|vnd\.(?![\w.-]*\+(?:json|xml)))"
)
_GARBLED = ("a gzip file", "binary data")  # what a server that compresses wrongly gives for a page
_MEDIA_TYPE = re.compile(r"[^\s;,]*")
_LOOK = 2_048  # bytes or characters at the beginning
_NULS = 0.01  # largest share of NUL bytes in text; some pages have a stray one, which the decoder drops
_NULS_IN_HTML = 0.1
_HTML_BYTES = re.compile(rb"<!doctype\s+html|<html\b|<(?:rss|feed|urlset)\b", re.IGNORECASE)
_FEED_LOOK = 1_000
_TAG_LOOK = 200_000
_DOCUMENT = r"<!doctype\s+html|<html\b"
# The group is atomic, so that the length of a comment is not backtracked over.
_BEGINNING = re.compile(
    rf"\s*(?>(?:<\?xml[^>]*>\s*|<!--.*?-->\s*){{0,5}})(?:{_DOCUMENT}|<head\b|<body\b)", re.IGNORECASE | re.DOTALL
)
_ANYWHERE = re.compile(_DOCUMENT, re.IGNORECASE)
_FEED = re.compile(r"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b")
_ELEMENT = re.compile(
    r"<(?:!doctype html|html|head|body|title|meta|div|p|h1|article|main|section|span|table|br)\b", re.IGNORECASE
)


def media_type_of(content_type: str) -> str:
    """Return the media type of a Content-Type header in small letters; empty when it has none."""
    match = _MEDIA_TYPE.match(content_type.strip().lower())
    return match[0] if match else ""


def is_vague(media_type: str) -> bool:
    """Return whether servers also send this media type with web pages, so that the content decides."""
    return not _TELLING.match(media_type)


def file_format(body: bytes, content_type: str = "") -> str | None:
    """Return the format of a body that is not text, such as "a PDF"; None when it may be text."""
    known = next((name for magic, name in _FORMATS.items() if body.startswith(magic)), None)
    if known or wide_encoding(body, content_type):
        return known
    return "binary data" if _has_many_nuls(body[:_LOOK]) else None


def is_file(media_type: str, format: str | None = None) -> bool:
    """Return whether a response is a document, a picture or another file by its media type, or by its format if that is known."""
    return bool(_FILES.match(media_type)) or format not in (None, *_GARBLED)


def begins_as_page(text: str) -> bool:
    """Return whether the first tag of a text is that of a web page, so that it cannot be a feed."""
    return bool(_BEGINNING.match(text))


def is_page(text: str) -> bool:
    """Return whether a text whose type is not declared is a web page: it is not a feed, and an HTML tag comes early."""
    return begins_as_page(text) or bool(_ANYWHERE.search(text[:_LOOK]) and not _is_feed(text))


def has_html(text: str) -> bool:
    """Return whether a text contains any HTML and is not a feed."""
    return begins_as_page(text) or bool(_ELEMENT.search(text[:_TAG_LOOK]) and not _is_feed(text))


def _is_feed(text: str) -> bool:
    return bool(_FEED.search(text[:_FEED_LOOK]))


def _has_many_nuls(look: bytes) -> bool:
    most = _NULS_IN_HTML if _HTML_BYTES.search(look) else _NULS
    return look.count(0) > most * len(look)
