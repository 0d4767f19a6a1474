"""From text to a tree, the same way everywhere."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

# lxml.html calls Python for every element that is touched, to give forms their own classes; that took a fifth of an extraction.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=HtmlElement)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def parse(text: str) -> HtmlElement | None:
    """Return the tree of an HTML document or fragment, without comments; None when nothing can be parsed."""
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    source = _XML_DECLARATION.sub("", text).encode("utf-8", "replace")
    try:
        tree: HtmlElement = document_fromstring(source, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree
