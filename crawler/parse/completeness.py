"""Tells whether a document was cut off: it ends before its root element does, or within a tag or an element of a web page."""

from __future__ import annotations

import re
from collections import Counter
from html.entities import html5
from typing import NamedTuple

_LOOK = 16_384  # bytes within which the root element begins
_ROOT = re.compile(rb"<((?:[\w.-]{1,30}:)?(?:rss|feed|rdf|urlset|sitemapindex))\b(?:[^<>]*?(/)>)?", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_FRAGMENT = re.compile(
    rb"<(?:head|body|title|meta|link|style|p|div|article|main|section|header|figure|h[1-6]|[uo]l|li|table|blockquote|span|a|br|img|time)\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)
# Of a web page; what scripts contain may look like tags. The last group says that the end is missing.
_UNREAD = re.compile(rb"<!--.*?(?:-->|(\Z))|<(script|style)\b.*?(?:</\2\b[^<>]*>|(\Z))", re.DOTALL | re.IGNORECASE)
_JSON = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PAGE_END = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_TAG_BEGINS = re.compile(rb"</?[a-z]|<[/!]?\Z", re.IGNORECASE)
# As browsers read it: a value that begins with a quote reaches to the next one, whatever stands between them.
_TAG = re.compile(
    rb"""<(/?)([a-z][^\s/>]*+)(?:[\s/]|(?:[^\s/>="']|(?<!=)["'])[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+)*+>""",
    re.IGNORECASE,
)
_MOST_TAGS = 100_000  # looked at; real pages have fewer than 20,000
_REFERENCE = re.compile(rb"&(#[\da-fx]*|[a-z][a-z\d]*)?\Z", re.IGNORECASE)
_EMPTY = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(b"article main section ul ol table div".split())
_END_A_PARAGRAPH = _BLOCKS | frozenset(
    b"p h1 h2 h3 h4 h5 h6 blockquote pre form figure hr dl aside header footer nav".split()
)
_END_THEIR_LIKE = frozenset(b"li td th tr dd dt option".split())


class _Ending(NamedTuple):
    """Where a web page ends."""

    is_in_markup: bool  # within a tag, a comment, a script or a reference
    text: bytes  # after the last tag
    open: frozenset[bytes]  # the names of the elements that are open
    mostly_closed: frozenset[bytes]  # those of them whose elements have an end tag in most cases


def is_cut(body: bytes, *, is_bounded: bool = True) -> bool:
    """Return whether a feed, sitemap, JSON document or web page ends too early.

    Real feeds close their root element: all of 1,651 in a collection of test feeds do. Web pages may leave out the end tags of
    `html` and `body`; 3 of 331 real pages do, but they close all other elements. Fragments of pages, which have no such tags, may
    also end in text, or with a single `div` open; see docs/measurements.md.

    Args:
        is_bounded: the body had a length or an end mark of its own; otherwise a lost connection may have ended it, and a web
            page must have its end tag.
    """
    for mark in _BYTE_ORDER_MARKS:
        body = body.removeprefix(mark)
    body = body.replace(b"\0", b"").strip()  # NUL bytes are half of UTF-16
    if body[:1] in (b"{", b"["):
        return _is_unfinished(body)
    told = _ASIDE.sub(b"", body)
    head = told[:_LOOK]
    root, page = _ROOT.search(head), _PAGE.search(head)
    if root and (page is None or root.start() < page.start()):
        return not root[2] and told.lower().rfind(b"</" + root[1].lower()) < 0
    if page is None and not _FRAGMENT.search(head):
        return False
    shown, is_whole = _shown(body)
    if _PAGE_END.search(shown):
        return False
    ending = _ending(shown)
    if not is_whole or ending.is_in_markup:
        return True
    blocks = ending.open & _BLOCKS
    if page:
        return not is_bounded or bool(ending.text or blocks)
    if ending.text:
        return bool(blocks or ending.mostly_closed)
    return bool(blocks) and ending.open != {b"div"}


def _is_unfinished(document: bytes) -> bool:
    """Tell whether JSON ends within a string, or before every bracket is closed."""
    depth = 0
    for token in _JSON.finditer(document):
        if token[1] not in (None, b'"'):
            return True
        depth += (token[0] in b"[{") - (token[0] in b"]}")
    return depth > 0


def _shown(page: bytes) -> tuple[bytes, bool]:
    """Return a page without comments, scripts and styles, and whether all of them end."""
    parts, place, is_whole = [], 0, True
    for unread in _UNREAD.finditer(page):
        parts.append(page[place : unread.start()])
        place = unread.end()
        is_whole = unread[1] is None and unread[3] is None
    return b"".join([*parts, page[place:]]), is_whole


def _ending(page: bytes) -> _Ending:
    """Read the tags of a page as browsers do, and return where it ends."""
    place = 0
    path: list[bytes] = []  # the elements that are open, outermost first
    open_now, begun, ended = Counter[bytes](), Counter[bytes](), Counter[bytes]()
    for _ in range(_MOST_TAGS):
        begin = _TAG_BEGINS.search(page, place)
        tag = _TAG.match(page, begin.start()) if begin else None
        if tag is None:
            text = page[place:].strip()
            return _Ending(
                is_in_markup=begin is not None or _ends_in_reference(text),
                text=text,
                open=frozenset(path),
                mostly_closed=frozenset(name for name in path if 2 * ended[name] >= begun[name]),
            )
        place, name = tag.end(), tag[2].lower()
        if tag[1]:
            ended[name] += 1
            while open_now[name]:
                closed = path.pop()
                open_now[closed] -= 1
                if closed == name:
                    break
        elif name not in _EMPTY and not tag[0].endswith(b"/>"):
            if path and (path[-1] == name in _END_THEIR_LIKE or (path[-1] == b"p" and name in _END_A_PARAGRAPH)):
                open_now[path.pop()] -= 1
            begun[name] += 1
            open_now[name] += 1
            path.append(name)
    return _Ending(is_in_markup=False, text=b"", open=frozenset(), mostly_closed=frozenset())


def _ends_in_reference(text: bytes) -> bool:
    reference = _REFERENCE.search(text)
    if reference is None or not reference[1] or reference[1].startswith(b"#"):
        return reference is not None
    name = reference[1].decode("ascii")
    return name[0].islower() and any(known.startswith(name) for known in html5)
