"""Articles that a site spreads over several pages: how many there are, by the links of the page that was read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

from lxml.html import HtmlElement

from config.web_address import joined, parts_of

_MOST = 50  # pages of one article; a larger number is the number of another article
_LABEL = 20  # characters of a link whose text is a page number
_QUERY = frozenset(
    ("page", "p", "pg", "pag", "paged", "part", "seite", "strona", "str", "stranica", "storinka", "pagina")
)
_OTHER = re.compile(r"comment|reply|slide|gallery|photo|image|foto|bild|#", re.IGNORECASE)
# A number at the end of the path: /2, /page/2, /seite-2, -2.html, _2, ,2.html
_PATH = re.compile(
    r"(?:/|[-_,.])(?:(?:page|part|seite|strona|stranica|storinka|pagina|p)[-_/=]?)?(\d{1,2})(\.\w{2,5})?/?$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\D{0,12}?(\d{1,2})\D{0,3}")


def pages_of(tree: HtmlElement, url: str) -> int:
    """Return how many pages the article has at least; 1 for an article on one page.

    A page is another one of the same article when its address differs by a page number alone and the link says so: by the same
    number, or as `rel=next`. The next article of a site has another address, and lists of comments are left out.
    """
    own = _split(url)
    if own is None:
        return 1
    numbers = {own[1] or 1, *_numbers(tree, url, own)}
    return max(numbers) if len(numbers) > 1 else 1


def _numbers(tree: HtmlElement, url: str, own: tuple[str, int | None]) -> Iterator[int]:
    bare = {own[0], _without_end(url)}
    for link, stated in _numbered(tree):
        href = link.get("href") or ""
        other = None if _OTHER.search(href) else _split(joined(url, href))
        if other is None or other[1] is None or other[0] not in bare or not 1 <= other[1] <= _MOST:
            continue
        if stated in (None, other[1]):
            yield other[1]


def _numbered(tree: HtmlElement) -> Iterator[tuple[HtmlElement, int | None]]:
    """Yield links whose text is a number, with it, and links to the next page."""
    for link in tree.iter("a", "link"):
        if (rel := link.get("rel")) and "next" in rel:
            yield link, None
            continue
        # Text is taken from the link or its only child; the text of all descendants takes ten times as long to collect.
        label = (link.text or "").strip() or (link[0].text or "" if len(link) == 1 else "").strip()
        if len(label) <= _LABEL and label[-1:].isdigit() and (match := _NUMBER.fullmatch(label)):
            yield link, int(match[1])


def _split(url: str) -> tuple[str, int | None] | None:
    """Return the address without its page number, and that number; None for what is no address."""
    parts = parts_of(url)
    if not any(parts):
        return None
    query = parse_qsl(parts.query)
    pages = [value for name, value in query if name.lower() in _QUERY and value.isdecimal() and len(value) <= 2]
    rest = urlencode([item for item in query if item[0].lower() not in _QUERY])
    host = (parts.hostname or "").removeprefix("www.")
    match = None if pages else _PATH.search(parts.path)
    path = parts.path[: match.start()] if match else re.sub(r"\.\w{2,5}$", "", parts.path)
    number = int(pages[0]) if pages else int(match[1]) if match else None
    return f"{host}{path.rstrip('/')}?{rest}", number


def _without_end(url: str) -> str:
    """Return the address whose path may itself end with a number, as the first page of an article has it."""
    parts = parts_of(url)
    path = re.sub(r"\.\w{2,5}$", "", parts.path).rstrip("/")
    rest = urlencode([item for item in parse_qsl(parts.query) if item[0].lower() not in _QUERY])
    return f"{(parts.hostname or '').removeprefix('www.')}{path}?{rest}"
