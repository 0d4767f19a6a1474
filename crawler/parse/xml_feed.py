"""RSS of all versions, RDF and Atom: from the tree of a document to the entries of a feed.

A field of an entry is a child of its element, so that what is nested deeper, such as the date of an entry's source or the title
of its picture, never counts. Fields are recognised by meaning, see crawler.parse.vocabularies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from config.languages import language_code
from crawler.parse.authors import clean_authors
from crawler.parse.dates import ANY_STYLE, Dated, DateStyle, read_date
from crawler.parse.entry import MAX_ENTRIES, Entry, Syndicated
from crawler.parse.links import Place, entry_link, site_link
from crawler.parse.vocabularies import Names, namespace_of
from crawler.parse.xml_texts import Fields, attribute, captions_of, markup_of, plain_text, texts_of
from crawler.parse.xml_tree import tree_of

_ROOTS = ("rss", "rdf:rdf", "rdf", "feed", "channel")
_ENTRIES = ("item", "entry")
_CHANNELS = ("channel", "feed")
_TITLES = ("title", "dc:title", "itunes:title")
_PUBLISHED = ("pubdate", "published", "issued", "dcterms:issued", "dc:date", "date", "created", "dcterms:created")
_UPDATED = ("updated", "modified", "dcterms:modified", "lastbuilddate")
_AUTHORS = ("author", "dc:creator", "dc:author", "itunes:author", "creator")
_PARTS_OF_PERSON = ("name", "email", "uri", "url", "homepage")
_PERIODS = {"hourly": 3_600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}
_DAY = 86_400.0
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_NONE: Sequence[etree._Element] = ()


@dataclass(frozen=True, slots=True)
class _Channel:
    """What a channel or feed says about all its entries."""

    fields: Fields
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    language: str | None
    site: str | None  # the page that it belongs to


def read_xml(text: str, url: str, style: DateStyle = ANY_STYLE) -> Syndicated | None:
    """Parse an XML feed; return None when the text is not one.

    Args:
        text: has passed crawler.parse.screen.
        url: the address of the feed.
        style: how its dates are written.
    """
    root = tree_of(text)
    if root is None:
        return None
    reader = _Reader(root, url, style)
    nodes = list(reader.entries())
    if not nodes and reader.names.of(root) not in _ROOTS:
        return None
    channel = reader.channel()
    entries = tuple(reader.entry(node, base, channel) for node, base in islice(nodes, MAX_ENTRIES))
    if channel.editors and not any(entry.authors for entry in entries):
        # RSS 2.0: the feed of a single author leaves out the authors of its items.
        entries = tuple(entry._replace(authors=channel.editors) for entry in entries)
    return Syndicated(
        entries=entries,
        total=len(nodes),
        language=channel.language,
        interval_floor=_interval_floor(channel.fields),
    )


class _Reader:
    def __init__(self, root: etree._Element, url: str, style: DateStyle) -> None:
        self.names = Names(root)
        self._root, self._url, self._style = root, url, style

    def entries(self) -> Iterator[tuple[etree._Element, str | None]]:
        """Yield the entries in document order, with the base around each; an entry inside an entry is not one of the feed's."""
        outer = [(iter((self._root,)), Place(self._url))]
        while outer:
            siblings, place = outer[-1]
            element = next(siblings, None)
            if element is None:
                outer.pop()
            elif self.names.of(element) in _ENTRIES:
                yield element, place.base
            elif len(element):
                outer.append((iter(element), place.within(element)))

    def channel(self) -> _Channel:
        """Return what the first channel, or the feed itself, says about all entries."""
        inner = [child for child in self._root if self.names.of(child) in _CHANNELS]
        node = inner[0] if inner else self._root
        fields = self._fields(node)
        place = Place(self._url).within(self._root).within(node)
        spoken = [node.get(_LANG), self._root.get(_LANG)]
        spoken += [plain_text(element) for name in ("language", "dc:language") for element in fields.get(name, _NONE)]
        return _Channel(
            fields=fields,
            authors=self._authors(fields),
            editors=clean_authors(map(plain_text, fields.get("managingeditor", _NONE))),
            language=_language(spoken),
            site=site_link(fields.get("link", _NONE), place),
        )

    def entry(self, node: etree._Element, base: str | None, channel: _Channel) -> Entry:
        """Return an entry as the feed gives it; `base` is what relative links around it begin at."""
        fields = self._fields(node)
        language = _language([node.get(_LANG), *map(plain_text, fields.get("dc:language", _NONE))])
        place = Place(self._url, channel.site, base).within(node)
        link = entry_link(node, fields, place, language or channel.language)
        return Entry(
            link=link.address,
            title=self._title(node, fields),
            published=_date(fields, _PUBLISHED, self._style),
            updated=_date(fields, _UPDATED, self._style) or read_date(attribute(node, "lastmod"), self._style),
            authors=self._authors(fields) or self._authors_of_source(fields) or channel.authors,
            texts=texts_of(fields) or captions_of(self._fields(group) for group in fields.get("media:group", _NONE)),
            language=language,
            guid=link.guid,
            is_guess=link.is_guess,
            others=link.others,
        )

    def _fields(self, node: etree._Element) -> Fields:
        fields: dict[str, list[etree._Element]] = {}
        name_of = self.names.of
        for child in node:
            name = name_of(child)
            if name in fields:
                fields[name].append(child)
            else:
                fields[name] = [child]
        return fields

    def _authors_of_source(self, fields: Fields) -> tuple[str, ...]:
        # RFC 4287, 4.2.1: an entry without authors has those of its source, or of the feed.
        authors = (self._authors(self._fields(source)) for source in fields.get("source", _NONE))
        return next(filter(None, authors), ())

    def _title(self, node: etree._Element, fields: Fields) -> str | None:
        # An item of RSS may also have an `atom:title`: the title in its own vocabulary is meant.
        titles = [element for name in _TITLES if name in fields for element in fields[name]]
        if len(titles) > 1:
            own = namespace_of(node)
            titles.sort(key=lambda element: self.names.of(element) == "title" and namespace_of(element) != own)
        return next((title for element in titles if (title := markup_of(element))), None)

    def _authors(self, fields: Fields) -> tuple[str, ...]:
        people = [element for name in _AUTHORS if name in fields for element in fields[name]]
        return clean_authors([name for element in people for name in self._names_of(element)]) if people else ()

    def _names_of(self, person: etree._Element) -> list[str]:
        parts = self._fields(person) if len(person) else {}
        is_person = any(name in parts for name in _PARTS_OF_PERSON)
        return [plain_text(name) for name in parts.get("name", _NONE)] if is_person else [plain_text(person)]


def _language(spoken: Sequence[str | None]) -> str | None:
    for words in spoken:
        if code := language_code(words):
            return code
    return None


def _date(fields: Fields, names: Sequence[str], style: DateStyle) -> Dated | None:
    written = [plain_text(element) for name in names if name in fields for element in fields[name]]
    if not written:
        return None
    dates = [dated for text in written if (dated := read_date(text, style))]
    return next((dated for dated in dates if dated.has_zone), dates[0] if dates else None)


def _interval_floor(fields: Fields) -> float | None:
    minutes = _number(fields, "ttl") or 0
    period = _PERIODS.get("".join(map(plain_text, fields.get("sy:updateperiod", _NONE))).lower(), 0.0)
    seconds = max(minutes * 60.0, period / max(_number(fields, "sy:updatefrequency") or 1, 1))
    return min(seconds, _DAY) or None


def _number(fields: Fields, name: str) -> int | None:
    written = (plain_text(element) for element in fields.get(name, _NONE))
    return next((int(text) for text in written if text.isdecimal() and len(text) <= 6), None)
