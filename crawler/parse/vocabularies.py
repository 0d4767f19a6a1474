"""Names of elements in feeds: one name per meaning, whatever prefix or namespace a document uses for it."""

from __future__ import annotations

import re

from lxml import etree

# Namespaces as compared: in lower case, without scheme, "www." and the final `/` or `#`, which documents often get wrong.
_SPELLING = re.compile(r"^https?://(?:www\.)?")
_CORE = (  # RSS of all versions and Atom; their names mean the same
    "blogs.law.harvard.edu/tech/rss",
    "cyber.law.harvard.edu/rss",
    "purl.org/rss/1.0",
    "purl.org/rss/1.0/modules/rss091",
    "purl.org/net/rss1.1",
    "my.netscape.com/rdf/simple/0.9",
    "channel.netscape.com/rdf/simple/0.9",
    "w3.org/2005/atom",
    "purl.org/atom/ns",
    "purl.org/pie",
    "purl.org/echo",
    "uri/of/echo/namespace",
)
_PREFIXES = {
    **dict.fromkeys(_CORE, ""),
    "purl.org/dc/elements/1.0": "dc",
    "purl.org/dc/elements/1.1": "dc",
    "purl.org/dc/terms": "dcterms",
    "purl.org/rss/1.0/modules/content": "content",
    "purl.org/rss/1.0/modules/syndication": "sy",
    "rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "pheedo.com/namespace/pheedo": "pheedo",
    "search.yahoo.com/mrss": "media",
    "search.yahoo.com/rss": "media",
    "video.search.yahoo.com/mrss": "media",
    "tools.search.yahoo.com/mrss": "media",
    "rssboard.org/media-rss": "media",
    "itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "news.yandex.ru": "yandex",
    "news.yandex.com": "yandex",
    "w3.org/1999/xhtml": "xhtml",
    "w3.org/1999/02/22-rdf-syntax-ns": "rdf",
}
_USERLAND = "backend.userland.com/rss"  # RSS 2.0 was published under several addresses that begin so
_CORE_PREFIXES = ("atom", "rss")
_WELL_KNOWN = {prefix: f"http://{address}" for address, prefix in _PREFIXES.items()} | dict.fromkeys(
    _CORE_PREFIXES, "http://www.w3.org/2005/Atom"
)


def address_of(prefix: str) -> str:
    """Return a namespace for a prefix that a document does not declare: the usual one, or one of its own."""
    return _WELL_KNOWN.get(prefix.lower(), f"urn:undeclared:{prefix}")


def namespace_of(element: etree._Element) -> str | None:
    """Return the address of the namespace of an element; None when it is in none."""
    # etree.QName raises ValueError for a namespace with a brace.
    return element.tag.rpartition("}")[0].removeprefix("{") or None


def local_name(element: etree._Element) -> str:
    """Return the name of an element without namespace or prefix."""
    name: str = element.tag
    return name.rpartition("}")[2].rpartition(":")[2]


class Names:
    """The names of the elements of one document.

    An element of RSS or Atom is called by its local name, such as `pubdate`; others get the usual prefix of their namespace,
    such as `dc:creator`. Names are in lower case. An unknown namespace counts as that of the feed if the root element has it too,
    or if it has no prefix; otherwise the document's own prefix is used.
    """

    def __init__(self, root: etree._Element) -> None:
        self._known: dict[str, str] = {}
        self._own = namespace_of(root)

    def of(self, element: etree._Element) -> str:
        """Return the name of an element."""
        name = self._known.get(element.tag)
        if name is None:
            name = self._known[element.tag] = self._name(element)
        return name

    def _name(self, element: etree._Element) -> str:
        prefix = self._prefix(namespace_of(element), element.prefix)
        local = local_name(element).lower()
        return f"{prefix}:{local}" if prefix else local

    def _prefix(self, address: str | None, written: str | None) -> str:
        if address is None or address == self._own:
            return ""
        compared = _SPELLING.sub("", address.strip().lower().rstrip("/#"))
        if compared.startswith(_USERLAND):
            return ""
        prefix = _PREFIXES.get(compared, (written or "").lower())
        return "" if prefix in _CORE_PREFIXES else prefix
