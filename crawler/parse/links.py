"""The address of an entry: which of its links is meant, and what relative links are relative to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from lxml import etree

from config.languages import language_code
from config.web_address import joined
from crawler.parse.xml_texts import Fields, attribute, plain_text, type_of
from crawler.urls import canonical

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ALTERNATE = ("", "alternate", "http://www.iana.org/assignments/relation/alternate")
_PAGES = ("", "text/html", "application/xhtml+xml")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(r"www\.[^\s./]+\.")

_ORIGINAL = ("feedburner:origlink", "pheedo:origlink")  # beside a link that counts clicks

_NONE: Sequence[etree._Element] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where relative links begin: at the `xml:base` around them, else at the site of the feed, else at the feed's address.

    Attributes:
        url: the address of the feed.
        site: the page that the feed says it belongs to, absolute.
        base: the innermost `xml:base`, absolute.
    """

    url: str
    site: str | None = None
    base: str | None = None

    def within(self, element: etree._Element) -> Place:
        """Return the place inside an element."""
        base = element.get(_BASE)
        inner = joined(self.base or self.url, base) if base else ""
        return replace(self, base=inner) if canonical(inner) else self

    def resolve(self, link: str) -> str | None:
        """Return the absolute address of a link, as written; None when it does not lead to the web."""
        address = link.strip().replace("&amp;", "&")  # escaped twice
        if address and not _WEB.match(address):
            is_host = _WITHOUT_SCHEME.match(address)
            address = f"http://{address}" if is_host else joined(self.base or self.site or self.url, address)
        return address if address and canonical(address) else None


class EntryLink(NamedTuple):
    """The address of an entry, absolute and as written, and the identity its feed gives it; see crawler.parse.entry.Entry."""

    address: str | None
    guid: str | None
    is_guess: bool = False
    others: tuple[str, ...] = ()


def site_link(links: Sequence[etree._Element], place: Place) -> str | None:
    """Return the address of the page that a feed belongs to, given the links of its channel."""
    return next(_addresses(links, place, None), None)


def entry_link(node: etree._Element, fields: Fields, place: Place, language: str | None) -> EntryLink:
    """Return the address and the identity of an entry.

    The address is, in this order: the original link beside one that counts clicks; the text of a link, as in RSS; an alternate
    link, preferably to a page and in the language of the entry, as in Atom; a permanent identity. An Atom id and an `rdf:about`
    need not be addresses, so they are guesses.

    Args:
        fields: its elements by name.
        place: inside the entry.
        language: of the entry, ISO 639-1.
    """
    guids = [element for element in fields.get("guid", _NONE) if plain_text(element)]
    others = [text for element in fields.get("id", _NONE) if (text := plain_text(element))]
    others += [str(value).strip() for name, value in node.items() if value and str(name).rpartition("}")[2] == "about"]
    guid = plain_text(guids[0]) if guids else others[0] if others else None
    listed = next(_addresses(fields.get("link", _NONE), place, language), None)
    originals = (place.resolve(plain_text(element)) for name in _ORIGINAL if name in fields for element in fields[name])
    if original := next(filter(None, originals), None):
        return EntryLink(original, guid, others=(listed,) if listed else ())
    if listed:
        return EntryLink(listed, guid)
    # RFC 4287, 4.1.3.2: content may be elsewhere. The Channel Definition Format writes the address in the tag of the item.
    elsewhere = [element for element in fields.get("content", _NONE) if type_of(element) in _PAGES]
    others_than_links = [
        *(place.within(element).resolve(attribute(element, "src")) for element in elsewhere),
        place.resolve(attribute(node, "href")),
        *(_permanent(element, place) for element in guids),
    ]
    if permanent := next(filter(None, others_than_links), None):
        return EntryLink(permanent, guid)
    guess = next((text for text in others if _WEB.match(text) and canonical(text)), None)
    return EntryLink(guess, guid, is_guess=guess is not None)


def _addresses(links: Sequence[etree._Element], place: Place, language: str | None) -> Iterator[str]:
    """Yield the usable addresses of links, the best first."""
    alternates = [(element, attribute(element, "href")) for element in links if _is_alternate(element)]
    for element, href in alternates:
        if not href and (address := place.within(element).resolve(plain_text(element))):
            yield address
    if len(alternates) > 1:
        alternates.sort(key=lambda alternate: _rank(alternate[0], language))
    for element, href in alternates:
        if href and (address := place.within(element).resolve(href)):
            yield address


def _is_alternate(element: etree._Element) -> bool:
    # RFC 4287, 4.2.7.2: a link without a relation is an alternate.
    return attribute(element, "rel").lower() in _ALTERNATE


def _rank(element: etree._Element, language: str | None) -> tuple[bool, bool]:
    spoken = attribute(element, "hreflang")
    return type_of(element) not in _PAGES, bool(spoken) and (language is None or language_code(spoken) != language)


def _permanent(guid: etree._Element, place: Place) -> str | None:
    """Return the address that a guid is; RSS 2.0 says it is one unless `isPermaLink` is "false"."""
    says, text = attribute(guid, "ispermalink").lower(), plain_text(guid)
    is_address = bool(_WEB.match(text)) or (says == "true" and text.startswith("/"))
    return place.within(guid).resolve(text) if is_address and says != "false" else None
