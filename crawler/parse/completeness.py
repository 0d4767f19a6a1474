"""Tells whether a document was cut off: it ends before its root element does, or within a tag or an element of a web page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
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
_JSON = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*("|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PAGE_END = re.compile(rb"</(?:html|body)\b", re.IGNORECASE)
_MARKUP = re.compile(rb"<!--|<[!?]|</?[a-z]|</?\Z", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--(?:-?>|.*?--!?>)|<(?!!--)[!?][^>]*>", re.DOTALL)  # ends where browsers see its end
# What these elements contain may look like tags.
_RAW_END = {
    name: re.compile(rb"</" + name + rb"(?=[\s/>])", re.IGNORECASE)
    for name in (b"script", b"style", b"title", b"textarea")
}
# As browsers read it: a value that begins with a quote reaches to the next one, whatever stands between them.
_TAG = re.compile(
    rb"""<(/?)([a-z][^\s/>]*+)(?:[\s/]|(?:[^\s/>="']|(?<!=)["'])[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\s>]*+))?+)*+>""",
    re.IGNORECASE,
)
_MOST_TAGS = 100_000  # looked at; real pages have fewer than 20,000
_REFERENCE = re.compile(rb"&(#x?[\da-f]*|[a-z][a-z\d]+)\Z", re.IGNORECASE)
_ALWAYS = 5  # elements of a kind that have their end tag: one more without it is no habit
_EMPTY = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(b"article main section ul ol table div".split())
_END_A_PARAGRAPH = _BLOCKS | frozenset(
    b"p h1 h2 h3 h4 h5 h6 blockquote pre form figure hr dl aside header footer nav".split()
)
_END_THEIR_LIKE = frozenset(b"li td th tr dd dt option".split())


class _Read(NamedTuple):
    """A web page as browsers read it."""

    tags: Sequence[re.Match[bytes]]
    outside: bytes  # the page without what scripts, styles and the like contain
    text: bytes  # after the last tag
    is_in_markup: bool  # it ends within a tag, a comment, a script or a reference


def is_cut(body: bytes, *, is_bounded: bool = True) -> bool:
    """Return whether a feed, sitemap, JSON document or web page ends too early.

    Real feeds close their root element: all of 1,651 in a collection of test feeds do. Web pages may leave out the end tags of
    `html` and `body`; 3 of 331 real pages do, but they close all other elements. Fragments of pages, which have no such tags, may
    also end in text, or with a block open; see docs/measurements.md.

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
    return _is_cut_page(_read(body), is_bounded=is_bounded, is_fragment=page is None)


def _is_cut_page(page: _Read, *, is_bounded: bool, is_fragment: bool) -> bool:
    # Also within a comment or script that never ends, as in `<!-- footer -- ></body>`: a real cut would have removed it.
    if _PAGE_END.search(page.outside):
        return False
    if page.is_in_markup:
        return True
    blocks, is_unusual = _left_open(page.tags)
    if is_fragment:
        return blocks > 1 or (is_unusual and bool(page.text))
    return not is_bounded or blocks > 0 or bool(page.text)


def _is_unfinished(document: bytes) -> bool:
    """Tell whether JSON ends within a string, or before every bracket is closed."""
    depth = 0
    for token in _JSON.finditer(document):
        if token[1] not in (None, b'"'):
            return True
        depth += (token[0] in b"[{") - (token[0] in b"]}")
    return depth > 0


def _read(page: bytes) -> _Read:
    tags: list[re.Match[bytes]] = []
    outside: list[bytes] = []
    place = shown = 0
    is_in_markup = False
    while (begin := _MARKUP.search(page, place)) and len(tags) < _MOST_TAGS:
        is_comment = begin[0][1:2] in (b"!", b"?")
        part = (_COMMENT if is_comment else _TAG).match(page, begin.start())
        if part is None:
            is_in_markup = True
            break
        place = part.end()
        if is_comment:
            continue
        tags.append(part)
        raw_end = _RAW_END.get(part[2].lower())
        if raw_end and not part[1] and not part[0].endswith(b"/>"):  # in XHTML, that is the end
            end = raw_end.search(page, place)
            if end is None:
                is_in_markup = True
                break
            outside.append(page[shown:place])
            place = shown = end.start()
    text = b"" if begin else page[place:].strip()
    return _Read(tags, b"".join([*outside, page[shown:]]), text, is_in_markup or _ends_in_reference(text))


def _left_open(tags: Sequence[re.Match[bytes]]) -> tuple[int, bool]:
    """Return how many blocks are open after these tags, and whether an element is whose like all have their end tags."""
    path: list[bytes] = []  # the elements that are open, outermost first
    open_now, begun, ended = Counter[bytes](), Counter[bytes](), Counter[bytes]()
    for tag in tags:
        name = tag[2].lower()
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
    is_unusual = any(ended[name] >= max(_ALWAYS, begun[name] - open_now[name]) for name in path)
    return sum(name in _BLOCKS for name in path), is_unusual


def _ends_in_reference(text: bytes) -> bool:
    reference = _REFERENCE.search(text)
    if reference is None or reference[1].startswith(b"#"):
        return reference is not None
    name = reference[1].decode("ascii")
    # Some old ones, such as `&copy`, need no semicolon.
    return name[0].islower() and name not in html5 and any(known.startswith(name) for known in html5)
