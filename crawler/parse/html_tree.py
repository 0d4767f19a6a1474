"""From HTML text to a tree, the same way for listings, channels, feed entries and pages."""

from __future__ import annotations

import re

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
