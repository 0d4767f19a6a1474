"""Repairs broken XML so that a parser reads all of it.

libxml2 closes an element at any end tag, so one stray `</b>` in a title ends the entry, the channel and soon the document.
Here an end tag closes the element of its name, or nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from crawler.parse.vocabularies import address_of

MAX_DEPTH = 250  # tags nested deeper are dropped; what they contain is kept

_NAME = r"[^\W\d][\w.-]*+(?::[^\W\d][\w.-]*+)?"
_TOKEN = re.compile(
    r"(?P<literal><!\[CDATA\[)|<!--.*?-->|<\?[^<>]*\?>|<![A-Za-z][^<>]*>"
    rf"|<(?P<end>/?)(?P<name>{_NAME})"
    r"(?:(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)?+)>|(?P<loose>[\s/][^<>]*+)>|(?P<cut>[^<>]*+\Z))"
    r"|(?P<text><|[^<]+)",
    re.DOTALL,
)
# A name begins where nothing of one stands before it; one that is tried from each of its letters takes the square of its length.
_ATTRIBUTE = re.compile(rf"(?<![\w.-])({_NAME})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LITERAL, _LITERAL_END = "<![CDATA[", "]]>"
_REFERENCE = re.compile(r"&(?:#(?:x0{0,9}([0-9a-f]{1,6})|0{0,9}([0-9]{1,7}));)?", re.IGNORECASE)
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CONTAINERS = frozenset({"rss", "rdf", "feed", "channel"})
_ENTRIES = frozenset({"item", "entry"})
_BARRIERS = _CONTAINERS | _ENTRIES
# Fields that hold only text. An open one was not closed when the next field begins.
_PLAIN = frozenset(
    {"title", "link", "guid", "id", "pubdate", "published", "updated", "date", "creator", "category", "comments"}
    | {"language", "ttl", "lastbuilddate", "issued", "modified", "created", "enclosure", "generator", "copyright"}
)
_FIELDS = _PLAIN | {"description", "summary", "content", "encoded", "author", "source", "image"}


def repaired(text: str) -> str:
    """Return a text as well-formed XML with a single root.

    The field in which a text ends early is emptied: half an address leads elsewhere, half a text is no article.

    Args:
        text: begins with the tag of the root element; its references are numbers, see crawler.parse.references.
    """
    last = text.rfind("-->") + 3
    text = text[:last] + text[last:].replace("<!--", "&#60;!--")
    builder = _Builder(text)
    position = 0
    while match := _TOKEN.match(text, position):
        position = builder.add(match)
    return builder.finish()


class _Open(NamedTuple):
    written: str  # as in the start tag
    name: str  # in lower case
    local: str  # without prefix
    place: int  # of its content among the pieces


class _Builder:
    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: list[str] = []
        self._stack: list[_Open] = []
        self._open: list[Counter[str]] = [Counter()]  # names of the open elements, within each container
        self._declared = {"xml", "xmlns"}
        self._used: set[str] = set()
        self._literal_end = 0  # of the literal section that ends next

    def add(self, token: re.Match[str]) -> int:
        """Add a token, and return the position of the next one."""
        if token["text"]:
            self._pieces.append(_as_text(token["text"]))
        elif token["literal"]:
            return self._add_literal(token.end())
        elif token["cut"] is not None:
            pass  # the text ends within a tag
        elif token["end"]:
            self._add_end(token["name"].lower())
        elif token["name"]:
            self._add_start(token["name"], token["attributes"] or token["loose"] or "")
        return token.end()

    def finish(self) -> str:
        """Close what is open, and declare the prefixes that have no declaration."""
        if unfinished := self._unfinished():
            del self._pieces[unfinished.place :]
        self._pieces += [f"</{element.written}>" for element in reversed(self._stack)]
        if self._pieces:
            missing = sorted(self._used - self._declared)
            self._pieces[0] += "".join(f' xmlns:{prefix}="{address_of(prefix)}"' for prefix in missing)
        return "".join(self._pieces)

    def _unfinished(self) -> _Open | None:
        """Return the field of an entry in which the text ends; None when it ends between fields."""
        inner: list[_Open] = []
        for element in reversed(self._stack):
            if element.local in _ENTRIES:
                return next((field for field in reversed(inner) if field.local in _FIELDS), inner[0] if inner else None)
            inner.append(element)
        return None

    def _add_literal(self, start: int) -> int:
        if self._literal_end < start:
            end = self._text.find(_LITERAL_END, start)
            self._literal_end = len(self._text) if end < 0 else end
        end = self._literal_end
        if self._stack and (end == len(self._text) or self._text.find(_LITERAL, start, end) >= 0):
            # Its end is missing: it would reach into the next one.
            tag = self._text.find(f"</{self._stack[-1].written}", start, end)
            if tag >= 0:
                self._pieces.append(_as_text(self._text[start:tag].replace("&", "&#38;")))
                return tag
        self._pieces.append(_as_text(self._text[start:end].replace("&", "&#38;")))
        return min(end + len(_LITERAL_END), len(self._text))

    def _add_start(self, written: str, attributes: str) -> None:
        name = written.lower()
        prefix, _, local = name.rpartition(":")
        if local in _ENTRIES and prefix in ("", "rss", "atom", self._root_prefix()):
            self._close_entry()
        elif local in _FIELDS and len(self._stack) > 1 and self._stack[-1].local in _PLAIN:
            self._close()
        is_empty = attributes.endswith("/")
        if len(self._stack) > MAX_DEPTH:
            return
        self._use(written)
        self._pieces += [f"<{written}{self._attributes(attributes)}", "/>" if is_empty and self._stack else ">"]
        if not is_empty or not self._stack:
            self._stack.append(_Open(written, name, local, len(self._pieces)))
            self._open[-1][name] += 1
            if local in _BARRIERS:
                self._open.append(Counter())

    def _add_end(self, name: str) -> None:
        # The end of a field is not that of the entry around it. The root stays open, since more may follow.
        is_barrier = name.rpartition(":")[2] in _BARRIERS
        if not any(names[name] for names in (self._open if is_barrier else self._open[-1:])):
            return
        while len(self._stack) > 1 and self._close() != name:
            pass

    def _close_entry(self) -> None:
        depth = next((place for place, element in enumerate(self._stack) if place and element.local in _ENTRIES), None)
        while depth and len(self._stack) > depth:
            self._close()
        while len(self._stack) > 1 and self._stack[-1].local in _FIELDS:
            self._close()

    def _close(self) -> str:
        element = self._stack.pop()
        if element.local in _BARRIERS:
            self._open.pop()
        self._open[-1][element.name] -= 1
        self._pieces.append(f"</{element.written}>")
        return element.name

    def _root_prefix(self) -> str:
        return self._stack[0].name.rpartition(":")[0] if self._stack else ""

    def _attributes(self, text: str) -> str:
        values: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(text):
            values.setdefault(match[1], match[2] or match[3] or match[4] or "")
        for name in values:
            if name.startswith("xmlns:"):
                # A prefix declared further down may be used before: the root then declares it too.
                self._declared |= set() if self._stack else {name[6:]}
            else:
                self._use(name)
        return "".join(f' {name}="{_as_text(value)}"' for name, value in values.items())

    def _use(self, written: str) -> None:
        if ":" in written:
            self._used.add(written.partition(":")[0])


def _as_text(text: str) -> str:
    text = _REFERENCE.sub(_possible, text) if "&" in text else text
    return _IMPOSSIBLE.sub("", text).replace("<", "&#60;").replace(">", "&#62;").replace('"', "&#34;")


def _possible(match: re.Match[str]) -> str:
    if not (match[1] or match[2]):
        return "&#38;"  # not a reference
    number = int(match[1], 16) if match[1] else int(match[2])
    is_possible = 0 < number <= 0x10FFFF and not _IMPOSSIBLE.match(chr(number))
    return f"&#{number};" if is_possible else ""
