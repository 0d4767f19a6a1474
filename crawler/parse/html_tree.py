"""From HTML text to a tree, the same way for listings, channels, feed entries and pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from crawler.limits import LIBXML2_BYTES

# By default lxml.html calls Python for every element, to give forms their own classes; that took a fifth of an extraction.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse(text: str) -> HtmlElement | None:
    """Return the tree of an HTML document or fragment, without comments; None when nothing can be parsed."""
    source = _XML_DECLARATION.sub("", text).encode("utf-8", "replace")
    is_huge = len(source) > LIBXML2_BYTES  # without it libxml2 also limits how deep tags nest
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True, huge_tree=is_huge)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree: HtmlElement = document_fromstring(source, parser=parser)
    except (etree.LxmlError, ValueError):
        return None
    return tree


def drop(elements: Sequence[HtmlElement]) -> None:
    """Remove elements, given in the order of their document, with all they contain; the texts after them stay.

    `drop_tree` of each would join the texts between neighbours over and over, which takes the square of their number.
    """
    dropped = set(elements)
    tails: dict[HtmlElement, list[str]] = {}  # what follows the elements after this one, the last text first
    for element in reversed(elements):
        parent, before = element.getparent(), element.getprevious()
        parts = tails.pop(element, [])
        parts.append(element.tail or "")
        if before in dropped:
            tails[before] = parts
        elif before is not None:
            before.tail = "".join([before.tail or "", *reversed(parts)])
        else:
            parent.text = "".join([parent.text or "", *reversed(parts)])
        parent.remove(element)
