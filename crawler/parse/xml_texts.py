"""The texts of elements: plain, as markup, and as the content of an entry."""

from __future__ import annotations

import base64
import binascii
import html
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from crawler.parse.markup import paragraphs
from crawler.parse.vocabularies import local_name

Fields = Mapping[str, Sequence[etree._Element]]  # the elements inside another one, by name

_TEXTS = frozenset(
    {"content:encoded", "content", "description", "summary", "dc:description", "itunes:summary"}
    | {"fullitem", "body", "xhtml:body", "xhtml:div", "abstract", "dcterms:abstract"}
)
_FULL_TEXTS = ("yandex:full-text", "full-text")  # Russian outlets put the full text there, as plain text
_PLAIN = ("text", "text/plain")


def attribute(element: etree._Element, name: str) -> str:
    """Return an attribute without blanks around it, however its name is capitalised; empty when there is none."""
    value = element.get(name)
    if value is not None:
        return value.strip()
    for key, other in element.items():
        if str(key).lower() == name:
            return str(other).strip()
    return ""


def type_of(element: etree._Element) -> str:
    """Return the type that an element declares, in small letters and without parameters (`text/html`); empty without one."""
    return attribute(element, "type").partition(";")[0].rstrip().lower()


def plain_text(element: etree._Element) -> str:
    """Return all text within an element, without blanks around it."""
    return ("".join(map(str, element.itertext())) if len(element) else element.text or "").strip()


def markup_of(element: etree._Element) -> str:
    """Return the content of an element as HTML, or as plain text if it says so; empty when it is not text."""
    return _markup(element, type_of(element))


def texts_of(fields: Fields) -> tuple[str, ...]:
    """Return the texts of an entry as HTML, given its elements by name.

    The description of its media is its text only if it has no other.
    """
    elements = [element for name in fields if name in _TEXTS for element in fields[name]]
    texts = [text for element in elements if (text := _content(element))]
    full = [element for name in _FULL_TEXTS if name in fields for element in fields[name]]
    texts += [text for element in full if (text := paragraphs(plain_text(element)))]
    return tuple(texts) or captions_of([fields])


def captions_of(groups: Iterable[Fields]) -> tuple[str, ...]:
    """Return the descriptions of media, which are the text of an entry without any other, as on video platforms."""
    captions = [element for group in groups for element in group.get("media:description", ())]
    return tuple(text for element in captions if (text := _content(element)))


def _content(element: etree._Element) -> str:
    kind = type_of(element)
    markup = _markup(element, kind)
    return paragraphs(markup) if kind in _PLAIN and "<" not in markup else markup


def _markup(element: etree._Element, kind: str) -> str:
    is_file = "/" in kind and not kind.startswith("text/") and not kind.endswith("xml")
    if is_file or attribute(element, "mode") == "base64":
        return _decoded(plain_text(element))
    return _rightly_encoded(_inner_markup(element).strip())


def _inner_markup(element: etree._Element) -> str:
    if not len(element):
        return element.text or ""
    # Moved away from the document, since its declarations of namespaces would be repeated in every tag.
    inside = etree.Element("inside")
    inside.extend(list(element))
    for inner in inside.iterdescendants(etree.Element):
        inner.tag = local_name(inner)  # HTML has no prefixes
    etree.cleanup_namespaces(inside)
    children = [etree.tostring(child, encoding="unicode", method="html") for child in inside]
    return "".join([html.escape(element.text or "", quote=False), *children])


def _decoded(text: str) -> str:
    # RFC 4287, 4.1.3.3: content that is neither text nor XML is in base64; in fact some is not.
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except binascii.Error:
        return text
    except ValueError:
        return ""


def _rightly_encoded(text: str) -> str:
    """Undo a common error: text in UTF-8 was taken for Latin-1 and encoded again."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text
